/** The pages of the documentation say what the code does. */
@NullMarked
package dev.dragonfly.docs;

import org.jspecify.annotations.NullMarked;
