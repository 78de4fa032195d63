/** Reading the source into the store: ranges, attempts, signatures. */
@NullMarked
package dev.dragonfly.dfdaemon.backtosource;

import org.jspecify.annotations.NullMarked;
