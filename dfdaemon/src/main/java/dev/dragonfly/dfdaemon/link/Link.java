package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;

/**
 * The swarm session with one host: one connection, both directions, all tasks. Safe for any thread;
 * never waits.
 */
public interface Link {
  /** The host at the other end, by its own word. */
  HostId host();

  /** Whether the connection stands. */
  boolean isOpen();

  /**
   * The conversation about a task, begun with the first call. A conversation that ended is begun
   * anew.
   *
   * @param listener told what the other side says; the first listener of a conversation stays
   */
  TaskLink about(TaskId task, TaskLinkListener listener);
}
