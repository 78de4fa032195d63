package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.swarm.Hope;
import java.time.Duration;

/** Decides what a download does when nobody tells it anything. Pure. */
final class Patience {
  private final PatienceSettings settings;

  Patience(PatienceSettings settings) {
    this.settings = settings;
  }

  /** What to do. */
  enum Move {
    WAIT,
    RESCHEDULE,
    READ_SOURCE
  }

  /**
   * The situation.
   *
   * @param connected a scheduler is connected
   * @param awaitingAnswer a register or reschedule is not answered yet
   * @param parents parents that were not dropped
   * @param hope what may still come from parents
   * @param sinceProgress since the last byte, or since the start
   * @param sinceLost since the scheduler was lost, zero while connected
   * @param sinceAsked since the last register or reschedule
   * @param fruitless reschedules in a row without progress
   */
  record Situation(
      boolean connected,
      boolean awaitingAnswer,
      int parents,
      Hope hope,
      Duration sinceProgress,
      Duration sinceLost,
      Duration sinceAsked,
      int fruitless) {}

  Move decide(Situation s) {
    if (!s.connected()) {
      Duration limit = withoutScheduler(s);
      Duration waited = s.parents() == 0 ? s.sinceLost() : shorter(s.sinceProgress(), s);
      return waited.compareTo(limit) >= 0 ? Move.READ_SOURCE : Move.WAIT;
    }
    if (s.awaitingAnswer()) {
      return Move.WAIT;
    }
    if (s.sinceProgress().compareTo(settings.giveUpParentsAfter()) >= 0) {
      return Move.READ_SOURCE;
    }
    if (s.hope() == Hope.BUSY) {
      return Move.WAIT; // It said when it has room: neither others nor the source are needed.
    }
    if (s.hope() == Hope.NONE) {
      return s.sinceAsked().compareTo(pause(s.fruitless())) >= 0 ? Move.RESCHEDULE : Move.WAIT;
    }
    boolean stalled = s.sinceProgress().compareTo(settings.rescheduleAfter()) >= 0;
    boolean askedLately = s.sinceAsked().compareTo(settings.rescheduleAfter()) < 0;
    return stalled && !askedLately ? Move.RESCHEDULE : Move.WAIT;
  }

  private Duration withoutScheduler(Situation s) {
    if (s.hope() == Hope.BUSY) {
      return settings.giveUpParentsAfter();
    }
    return s.parents() == 0 ? settings.newWithoutScheduler() : settings.runningWithoutScheduler();
  }

  /**
   * Whether a download whose source failed is over.
   *
   * @param failure how the source failed
   */
  boolean isHopeless(ErrorCode failure, Hope hope, Duration sinceProgress) {
    if (hope == Hope.NONE || failure == ErrorCode.NO_SPACE) {
      return true;
    }
    if (hope == Hope.DELIVERING) {
      return false;
    }
    Duration limit =
        switch (failure) {
          // What the source gives and what parents have will not fit together any more.
          case SOURCE_CHANGED -> Duration.ZERO;
          case UNAVAILABLE, DEADLINE_EXCEEDED, SOURCE_FAILED, RESOURCE_EXHAUSTED ->
              settings.giveUpParentsAfter();
          default -> settings.rescheduleAfter();
        };
    return sinceProgress.compareTo(limit) >= 0;
  }

  /** Progress and the loss of the scheduler: what happened later counts. */
  private static Duration shorter(Duration sinceProgress, Situation s) {
    return sinceProgress.compareTo(s.sinceLost()) < 0 ? sinceProgress : s.sinceLost();
  }

  private static Duration pause(int fruitless) {
    return fruitless == 0
        ? Duration.ZERO
        : Duration.ofMillis(Math.min(100L << Math.min(fruitless, 5), 2_000));
  }
}
