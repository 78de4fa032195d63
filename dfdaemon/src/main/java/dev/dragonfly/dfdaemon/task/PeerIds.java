package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;

/** Which peer this host is for a task. Safe for any thread; no method blocks. */
public interface PeerIds {

  /** The peer that holds what this host has of the task; stable until the next download begins. */
  PeerId of(TaskId task);

  /** A new download of the task begins: schedulers shall not mix it with one that failed before. */
  PeerId begin(TaskId task);

  /** The task was deleted. */
  void forget(TaskId task);
}
