package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;

/** The way back to a peer. Called by the session's mailbox only, one call at a time. */
public interface Answers {
  /** Sends a decision; lost silently when the peer is gone. */
  void send(ScheduleDecision decision);

  /** Ends the stream well. */
  void end();

  /** Ends the stream with an error. */
  void fail(DragonflyException error);
}
