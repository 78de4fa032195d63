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
 * @param blameLimit hosts that must have got wrong bytes from a peer before nobody gets it as a parent
 * @param parentWait longest wait of a peer for its first parent
 * @param peerLease how long a peer is believed to live without news from its stream
 * @param pieceFlush how long piece reports are gathered before they are written
 * @param growthDelay how long new peers are gathered before others hear of them
 * @param slowLook how often a waiting peer looks even without news
 * @param extraAnswerLimit most answers that one stream gets without having asked
 * @param taskTimeToLive how long a task that nobody mentions is remembered
 */
public record SchedulingConfig(
    int candidateParentLimit,
    int upstreamParentLimit,
    int filterParentLimit,
    int backToSourceSlots,
    int blameLimit,
    Duration parentWait,
    Duration peerLease,
    Duration pieceFlush,
    Duration growthDelay,
    Duration slowLook,
    int extraAnswerLimit,
    Duration taskTimeToLive) {
  /** All defaults. */
  public static final SchedulingConfig DEFAULT =
      new SchedulingConfig(0, 0, 0, 0, 0, null, null, null, null, null, 0, null);

  public SchedulingConfig(
      int candidateParentLimit,
      int upstreamParentLimit,
      int filterParentLimit,
      int backToSourceSlots,
      int blameLimit,
      @Nullable Duration parentWait,
      @Nullable Duration peerLease,
      @Nullable Duration pieceFlush,
      @Nullable Duration growthDelay,
      @Nullable Duration slowLook,
      int extraAnswerLimit,
      @Nullable Duration taskTimeToLive) {
    this.candidateParentLimit = limit("candidateParentLimit", candidateParentLimit, 8, 64);
    this.upstreamParentLimit = limit("upstreamParentLimit", upstreamParentLimit, 4, 20);
    this.filterParentLimit = limit("filterParentLimit", filterParentLimit, 64, 1000);
    this.backToSourceSlots = limit("backToSourceSlots", backToSourceSlots, 1, 200);
    this.blameLimit = limit("blameLimit", blameLimit, 3, 100);
    this.parentWait = parentWait == null ? Duration.ofSeconds(10) : parentWait;
    this.peerLease = peerLease == null ? Duration.ofSeconds(30) : peerLease;
    this.pieceFlush = pieceFlush == null ? Duration.ofMillis(200) : pieceFlush;
    this.growthDelay = growthDelay == null ? Duration.ofMillis(100) : growthDelay;
    this.slowLook = slowLook == null ? Duration.ofSeconds(1) : slowLook;
    this.extraAnswerLimit = limit("extraAnswerLimit", extraAnswerLimit, 32, 1000);
    this.taskTimeToLive = taskTimeToLive == null ? Duration.ofHours(720) : taskTimeToLive;
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
}
