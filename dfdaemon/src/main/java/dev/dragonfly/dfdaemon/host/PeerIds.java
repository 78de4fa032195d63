package dev.dragonfly.dfdaemon.host;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;

/** Which peer this host is for a task. Safe for any thread; no method blocks. */
@FunctionalInterface
public interface PeerIds {

  /** The peer that holds what this host has of the task; stable while the daemon runs. */
  PeerId of(TaskId task);
}
