package dev.dragonfly.manager.figures;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which figures are wanted; what is not said is the last hour in steps of ten seconds. */
record FigureQuery(
    @Parameter(description = "First begin, RFC 3339; an hour before to") @Nullable Instant from,
    @Parameter(description = "Begins before this, RFC 3339; now") @Nullable Instant to,
    @Parameter(description = "Seconds, a multiple of 10; at most 8640 steps") @Nullable Long step) {
  private static final int MOST_POINTS = 8_640;

  /** From when to when, in steps of so many seconds. */
  record Window(Instant from, Instant to, long step) {}

  /**
   * The window that is meant.
   *
   * @throws DragonflyException INVALID_ARGUMENT when there is none
   */
  Window window(Instant now) {
    Instant end = to == null ? now : to;
    Instant begin = from == null ? end.minus(Duration.ofHours(1)) : from;
    long seconds = step == null ? FigureReport.SLOT_SECONDS : step;
    require(
        seconds >= FigureReport.SLOT_SECONDS && seconds % FigureReport.SLOT_SECONDS == 0,
        "step must be a multiple of 10, and 10 or more");
    require(begin.isBefore(end), "from must be before to");
    // Divided, as the length of all time in seconds has room and that of a step times 8640 may not.
    require(
        (end.getEpochSecond() - begin.getEpochSecond()) / seconds <= MOST_POINTS,
        "from, to and step must make at most " + MOST_POINTS + " steps");
    return new Window(begin, end, seconds);
  }

  private static void require(boolean holds, String expected) {
    if (!holds) {
      throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, expected);
    }
  }
}
