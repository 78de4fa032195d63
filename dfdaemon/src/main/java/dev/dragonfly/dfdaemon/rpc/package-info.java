/**
 * The gRPC services of the daemon: for peers and schedulers (TCP) and for local tools (unix
 * socket).
 */
@NullMarked
package dev.dragonfly.dfdaemon.rpc;

import org.jspecify.annotations.NullMarked;
