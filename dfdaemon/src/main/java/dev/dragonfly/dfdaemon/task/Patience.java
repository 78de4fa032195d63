package dev.dragonfly.dfdaemon.task;

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
   * @param hopeful some parent delivers or may have more to give
   * @param sinceProgress since the last byte, or since the start
   * @param sinceLost since the scheduler was lost, zero while connected
   * @param sinceAsked since the last register or reschedule
   * @param fruitless reschedules in a row without progress
   */
  record Situation(
      boolean connected,
      boolean awaitingAnswer,
      int parents,
      boolean hopeful,
      Duration sinceProgress,
      Duration sinceLost,
      Duration sinceAsked,
      int fruitless) {}

  Move decide(Situation s) {
    if (!s.connected()) {
      Duration limit =
          s.parents() == 0 ? settings.newWithoutScheduler() : settings.runningWithoutScheduler();
      Duration waited = s.parents() == 0 ? s.sinceLost() : shorter(s.sinceProgress(), s);
      return waited.compareTo(limit) >= 0 ? Move.READ_SOURCE : Move.WAIT;
    }
    if (s.awaitingAnswer()) {
      return Move.WAIT;
    }
    if (s.sinceProgress().compareTo(settings.giveUpParentsAfter()) >= 0) {
      return Move.READ_SOURCE;
    }
    if (!s.hopeful()) {
      return s.sinceAsked().compareTo(pause(s.fruitless())) >= 0 ? Move.RESCHEDULE : Move.WAIT;
    }
    boolean stalled = s.sinceProgress().compareTo(settings.rescheduleAfter()) >= 0;
    boolean askedLately = s.sinceAsked().compareTo(settings.rescheduleAfter()) < 0;
    return stalled && !askedLately ? Move.RESCHEDULE : Move.WAIT;
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
