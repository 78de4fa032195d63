/** gRPC clients: scheduler, manager, other peers, and the local daemon. */
@NullMarked
package dev.dragonfly.dfdaemon.client;

import org.jspecify.annotations.NullMarked;
