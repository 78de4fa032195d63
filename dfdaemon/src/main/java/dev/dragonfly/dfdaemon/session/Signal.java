package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.ScheduleDecision;

/** What a session has to say to its download. */
public sealed interface Signal {
  /** The scheduler decided. */
  record Decided(ScheduleDecision decision) implements Signal {}

  /** No scheduler is reachable or the last one refused; trying goes on in the background. */
  record Lost(String reason) implements Signal {}
}
