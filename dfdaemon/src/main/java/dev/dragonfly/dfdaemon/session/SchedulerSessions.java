package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import java.util.function.Supplier;

/** Opens conversations with schedulers. Safe for any thread. */
public interface SchedulerSessions {
  /**
   * Begins the conversation of one download. Never fails: without a reachable scheduler the session
   * says so by {@link Signal.Lost} and keeps trying in the background.
   *
   * @param register makes the register event, again after each reconnection, with what is held then
   * @param wakeUp called for each signal that can be taken; must be short
   */
  SchedulerSession open(
      TaskId task, PeerId peer, Supplier<PeerEvent.Register> register, Runnable wakeUp);

  /** The same for one who waits in {@link SchedulerSession#next}. */
  default SchedulerSession open(TaskId task, PeerId peer, Supplier<PeerEvent.Register> register) {
    return open(task, peer, register, () -> {});
  }

  /**
   * Whether a scheduler is among those known that must be told the lengths of the content with the
   * register: an upstream one takes a task without them for empty. The register supplier then asks
   * the source first.
   */
  default boolean needsLengths() {
    return false;
  }
}
