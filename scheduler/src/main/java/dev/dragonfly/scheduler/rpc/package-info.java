/** The gRPC services: maps the wire to sessions and stores. */
@NullMarked
package dev.dragonfly.scheduler.rpc;

import org.jspecify.annotations.NullMarked;
