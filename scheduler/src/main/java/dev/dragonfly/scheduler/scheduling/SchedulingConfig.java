package dev.dragonfly.scheduler.scheduling;

import java.time.Duration;

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

  public SchedulingConfig {
    limit("candidateParentLimit", candidateParentLimit, 64);
    limit("upstreamParentLimit", upstreamParentLimit, 20);
    limit("filterParentLimit", filterParentLimit, 1000);
    limit("backToSourceSlots", backToSourceSlots, 200);
    limit("blameLimit", blameLimit, 100);
    limit("extraAnswerLimit", extraAnswerLimit, 1000);
  }

  private static void limit(String name, int value, int greatest) {
    if (value < 1 || value > greatest) {
      throw new IllegalArgumentException(
          "%s must be 1 to %d, got %d".formatted(name, greatest, value));
    }
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

    public Timing {
      positive("parentWait", parentWait);
      positive("peerLease", peerLease);
      positive("pieceFlush", pieceFlush);
      positive("growthDelay", growthDelay);
      positive("slowLook", slowLook);
      positive("taskTimeToLive", taskTimeToLive);
    }

    private static void positive(String name, Duration value) {
      if (!value.isPositive()) {
        throw new IllegalArgumentException(name + " must be longer than zero, got " + value);
      }
    }
  }
}
