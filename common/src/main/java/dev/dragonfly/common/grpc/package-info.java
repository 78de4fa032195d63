/** Channel and server factories, the task-id ring and the interop shims. */
@NullMarked
package dev.dragonfly.common.grpc;

import org.jspecify.annotations.NullMarked;
