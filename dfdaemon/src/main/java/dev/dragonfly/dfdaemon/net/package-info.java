/**
 * Netty plumbing that the piece protocol, sources and the proxy share: loops, listeners, queues of
 * bytes.
 */
@NullMarked
package dev.dragonfly.dfdaemon.net;

import org.jspecify.annotations.NullMarked;
