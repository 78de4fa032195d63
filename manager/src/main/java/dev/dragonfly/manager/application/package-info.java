/** Applications and the priority of their downloads. */
@NullMarked
package dev.dragonfly.manager.application;

import org.jspecify.annotations.NullMarked;
