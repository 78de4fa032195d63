package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.swarm.Hope;
import java.time.Duration;

/** What a download has asked of the scheduler and since when; owned by the thread of the recipe. */
final class SchedulerRequest {
  private final Time time;
  private boolean lost;
  private long lostNanos;
  private boolean awaitingAnswer = true;
  private long askedNanos;
  private long progressWhenAsked;
  private int fruitless;

  SchedulerRequest(Time time) {
    this.time = time;
  }

  /**
   * The register went out.
   *
   * @param lastProgress when the last byte came
   */
  void asked(long lastProgress) {
    awaitingAnswer = true;
    askedNanos = time.nanos();
    progressWhenAsked = lastProgress;
  }

  /** A reschedule went out. */
  void askedAgain(long lastProgress) {
    asked(lastProgress);
    fruitless++;
  }

  /** The scheduler answered. */
  void answered() {
    lost = false;
    awaitingAnswer = false;
  }

  /** No scheduler is there; only the first time counts until one answers. */
  void lost() {
    if (!lost) {
      lost = true;
      lostNanos = time.nanos();
    }
  }

  Patience.Situation situation(boolean connected, int parents, Hope hope, long lastProgress) {
    long now = time.nanos();
    if (lastProgress != progressWhenAsked) {
      fruitless = 0;
    }
    return new Patience.Situation(
        connected && !lost,
        awaitingAnswer,
        parents,
        hope,
        Duration.ofNanos(now - lastProgress),
        lost ? Duration.ofNanos(now - lostNanos) : Duration.ZERO,
        Duration.ofNanos(now - askedNanos),
        fruitless);
  }
}
