package dev.dragonfly.dfdaemon.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a download waits for whom before it helps itself.
 *
 * @param newWithoutScheduler how long a new download waits for a scheduler before it reads the
 *     source
 * @param runningWithoutScheduler how long a running one goes without progress from its parents
 *     while no scheduler is reachable
 * @param rescheduleAfter how long without progress before the scheduler is asked for other parents
 * @param giveUpParentsAfter how long without progress before the source is read although a
 *     scheduler answers
 * @param total how long a download may take unless its caller says otherwise
 */
public record PatienceSettings(
    Duration newWithoutScheduler,
    Duration runningWithoutScheduler,
    Duration rescheduleAfter,
    Duration giveUpParentsAfter,
    Duration total) {
  /** Values for a configuration that does not say. */
  public static final PatienceSettings DEFAULT = new PatienceSettings(null, null, null, null, null);

  public PatienceSettings(
      @Nullable Duration newWithoutScheduler,
      @Nullable Duration runningWithoutScheduler,
      @Nullable Duration rescheduleAfter,
      @Nullable Duration giveUpParentsAfter,
      @Nullable Duration total) {
    this.newWithoutScheduler =
        newWithoutScheduler == null ? Duration.ofSeconds(2) : newWithoutScheduler;
    this.runningWithoutScheduler =
        runningWithoutScheduler == null ? Duration.ofSeconds(5) : runningWithoutScheduler;
    this.rescheduleAfter = rescheduleAfter == null ? Duration.ofSeconds(5) : rescheduleAfter;
    this.giveUpParentsAfter =
        giveUpParentsAfter == null ? Duration.ofSeconds(30) : giveUpParentsAfter;
    this.total = total == null ? Duration.ofHours(6) : total;
  }
}
