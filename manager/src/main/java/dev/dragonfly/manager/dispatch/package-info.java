/** How schedulers are made to do what a job asks: over gRPC, or by the job list in Redis. */
@NullMarked
package dev.dragonfly.manager.dispatch;

import org.jspecify.annotations.NullMarked;
