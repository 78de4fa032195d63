package dev.dragonfly.scheduler.scheduling;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How peers are given parents.
 *
 * @param candidateParentLimit most parents in an answer to our peers
 * @param upstreamParentLimit most parents in an answer to upstream peers
 * @param filterParentLimit most candidates that one decision reads
 * @param backToSourceSlots peers of a task that may read the source at the same time
 * @param blameLimit hosts that must have got wrong bytes from a peer before nobody gets it
 * @param extraAnswerLimit most answers that one stream gets without having asked
 * @param timing how long things take
 */
public record SchedulingConfig(
    int candidateParentLimit,
    int upstreamParentLimit,
    int filterParentLimit,
    int backToSourceSlots,
    int blameLimit,
    int extraAnswerLimit,
    Timing timing) {
  /** All defaults. */
  public static final SchedulingConfig DEFAULT = new SchedulingConfig(0, 0, 0, 0, 0, 0, null);

  public SchedulingConfig(
      int candidateParentLimit,
      int upstreamParentLimit,
      int filterParentLimit,
      int backToSourceSlots,
      int blameLimit,
      int extraAnswerLimit,
      @Nullable Timing timing) {
    this.candidateParentLimit = limit("candidateParentLimit", candidateParentLimit, 8, 64);
    this.upstreamParentLimit = limit("upstreamParentLimit", upstreamParentLimit, 4, 20);
    this.filterParentLimit = limit("filterParentLimit", filterParentLimit, 64, 1000);
    this.backToSourceSlots = limit("backToSourceSlots", backToSourceSlots, 1, 200);
    this.blameLimit = limit("blameLimit", blameLimit, 3, 100);
    this.extraAnswerLimit = limit("extraAnswerLimit", extraAnswerLimit, 32, 1000);
    this.timing = timing == null ? Timing.DEFAULT : timing;
  }

  private static int limit(String name, int value, int preset, int greatest) {
    if (value == 0) {
      return preset;
    }
    if (value < 1 || value > greatest) {
      throw new IllegalArgumentException(
          "%s must be 1 to %d, got %d".formatted(name, greatest, value));
    }
    return value;
  }

  /**
   * How long things take.
   *
   * @param parentWait longest wait of a peer for its first parent
   * @param peerLease how long a peer is believed to live without news from its stream
   * @param pieceFlush how long piece reports are gathered before they are written
   * @param growthDelay how long new peers are gathered before others hear of them
   * @param slowLook how often a waiting peer looks even without news
   * @param taskTimeToLive how long a task of which somebody holds pieces is remembered
   */
  public record Timing(
      Duration parentWait,
      Duration peerLease,
      Duration pieceFlush,
      Duration growthDelay,
      Duration slowLook,
      Duration taskTimeToLive) {
    /** All defaults. */
    public static final Timing DEFAULT = new Timing(null, null, null, null, null, null);

    public Timing(
        @Nullable Duration parentWait,
        @Nullable Duration peerLease,
        @Nullable Duration pieceFlush,
        @Nullable Duration growthDelay,
        @Nullable Duration slowLook,
        @Nullable Duration taskTimeToLive) {
      this.parentWait = positive("parentWait", parentWait, Duration.ofSeconds(10));
      this.peerLease = positive("peerLease", peerLease, Duration.ofSeconds(30));
      this.pieceFlush = positive("pieceFlush", pieceFlush, Duration.ofMillis(200));
      this.growthDelay = positive("growthDelay", growthDelay, Duration.ofMillis(100));
      this.slowLook = positive("slowLook", slowLook, Duration.ofSeconds(1));
      this.taskTimeToLive = positive("taskTimeToLive", taskTimeToLive, Duration.ofDays(30));
    }

    private static Duration positive(String name, @Nullable Duration value, Duration preset) {
      if (value == null) {
        return preset;
      }
      if (value.isNegative() || value.isZero()) {
        throw new IllegalArgumentException(name + " must be longer than zero, got " + value);
      }
      return value;
    }
  }
}
