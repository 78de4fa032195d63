/** Schedulers asked over gRPC. */
@NullMarked
package dev.dragonfly.manager.dispatch.client;

import org.jspecify.annotations.NullMarked;
