package dev.dragonfly.scheduler.store;

import dev.dragonfly.common.task.TaskId;

/** Tells that something changed at a task. Messages can be lost: look now and then all the same. */
public interface TaskNews {
  /**
   * Calls the listener after every change, and once as soon as the subscription stands, so that
   * nothing that came in between is missed. The listener must be short; any thread.
   */
  Subscription subscribe(TaskId task, Runnable listener);

  /** A subscription that can be ended; ending twice does no harm. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
