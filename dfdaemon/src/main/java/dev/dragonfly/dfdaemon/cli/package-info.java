/** Command line tools: dfget. */
@NullMarked
package dev.dragonfly.dfdaemon.cli;

import org.jspecify.annotations.NullMarked;
