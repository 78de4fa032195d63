package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import java.util.Collection;

/** What is told to schedulers outside of a conversation. Safe for any thread; never blocks. */
public interface TaskReports {
  /**
   * The whole did not match its digest although each block was vouched for; it is deleted here.
   *
   * @param blamed hosts that signed the bytes, or sent them unsigned; maybe none
   */
  void wrongContent(TaskId task, PeerId peer, Collection<HostId> blamed);

  /** This host holds nothing of the task as this peer. */
  void peerGone(TaskId task, PeerId peer);
}
