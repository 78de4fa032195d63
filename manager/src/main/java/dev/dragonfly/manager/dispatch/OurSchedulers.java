package dev.dragonfly.manager.dispatch;

import dev.dragonfly.common.error.DragonflyException;

/** Tells schedulers of ours from those of upstream. */
public interface OurSchedulers {
  /**
   * Whether the scheduler shares the graph with its cluster and does jobs over gRPC. Asks it: call
   * from a virtual thread.
   *
   * @throws DragonflyException UNAVAILABLE when it does not answer
   */
  boolean isOurs(SchedulerAddress scheduler);
}
