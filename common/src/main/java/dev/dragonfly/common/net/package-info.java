/** Addresses and networks, read from text without asking DNS. */
@NullMarked
package dev.dragonfly.common.net;

import org.jspecify.annotations.NullMarked;
