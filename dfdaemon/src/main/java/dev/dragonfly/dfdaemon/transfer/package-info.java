/** The piece protocol (Vortex over TCP) on Netty: server with sendfile, client. */
@NullMarked
package dev.dragonfly.dfdaemon.transfer;

import org.jspecify.annotations.NullMarked;
