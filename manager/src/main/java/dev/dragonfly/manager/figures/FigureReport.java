package dev.dragonfly.manager.figures;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.List;

/**
 * What one scheduler counted.
 *
 * @param clusterId its scheduler cluster
 * @param instance its process
 * @param slots some slots, each once
 */
public record FigureReport(long clusterId, String instance, List<Slot> slots) {
  /** How long a slot lasts. */
  static final long SLOT_SECONDS = 10;

  private static final int LONGEST_INSTANCE = 320;

  /** An hour and a little: as much as a scheduler keeps while no manager listens. */
  private static final int MOST_SLOTS = 400;

  /** Nobody moves more in ten seconds; sums over a day and a fleet stay far from overflow. */
  private static final long MOST = 1L << 46;

  public FigureReport {
    slots = List.copyOf(slots);
    require(
        !instance.isBlank()
            && instance.length() <= LONGEST_INSTANCE
            && instance.chars().noneMatch(Character::isISOControl),
        "instance",
        "a name of 1 to 320 characters");
    require(slots.size() <= MOST_SLOTS, "slots", "at most " + MOST_SLOTS);
  }

  /**
   * What happened from its begin to ten seconds later.
   *
   * @param begin seconds since 1970, a multiple of ten
   * @param counts what was counted
   */
  public record Slot(long begin, Counts counts) {
    public Slot {
      require(begin > 0 && begin % SLOT_SECONDS == 0, "begin", "a multiple of ten");
    }
  }

  /** What is counted; hosts and running are those at the end. */
  public record Counts(
      long originBytes,
      long seedBytes,
      long peerBytes,
      long downloads,
      long failures,
      long backToSource,
      long hosts,
      long running) {
    public Counts {
      for (long count :
          new long[] {
            originBytes, seedBytes, peerBytes, downloads, failures, backToSource, hosts, running
          }) {
        require(count >= 0 && count <= MOST, "figures", "from 0 to 2^46");
      }
    }
  }

  private static void require(boolean holds, String field, String expected) {
    if (!holds) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "tried to take figures, got bad " + field + " (expected " + expected + ")");
    }
  }
}
