/** Who did what over REST. */
@NullMarked
package dev.dragonfly.manager.audit;

import org.jspecify.annotations.NullMarked;
