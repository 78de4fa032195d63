/** Tests of what needs no namespaces. */
@NullMarked
package dev.dragonfly.lab;

import org.jspecify.annotations.NullMarked;
