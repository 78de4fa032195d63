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
   */
  SchedulerSession open(TaskId task, PeerId peer, Supplier<PeerEvent.Register> register);
}
