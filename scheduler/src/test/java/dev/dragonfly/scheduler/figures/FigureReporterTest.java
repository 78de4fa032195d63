package dev.dragonfly.scheduler.figures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.scheduler.figures.FigureCounter.Figure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When slots end, and what becomes of them while the manager does not take them. */
final class FigureReporterTest {
  private static final Duration SLOT = Duration.ofSeconds(Slot.SECONDS);

  private final ManualTime time = new ManualTime();
  private final FigureCounter counter = new FigureCounter();
  private final List<Slot> taken = new ArrayList<>();
  private @Nullable ErrorCode refusal;
  private int calls;

  /** So that each of the steps below passes the end of one slot. */
  @BeforeEach
  void inTheMiddleOfASlot() {
    time.advance(SLOT.dividedBy(2));
  }

  @Test
  void whatIsCountedInASlotIsToldWhenItEnds() {
    try (FigureReporter reporter = started()) {
      counter.add(Figure.ORIGIN_BYTES, 5);
      counter.add(Figure.DOWNLOADS, 1);
      time.advance(SLOT);
      counter.add(Figure.ORIGIN_BYTES, 7);
      time.advance(SLOT);
      assertThat(taken).extracting(Slot::originBytes).containsExactly(5L, 7L);
      assertThat(taken).extracting(Slot::downloads).containsExactly(1L, 0L);
      assertThat(taken).extracting(Slot::hosts).containsExactly(3, 3);
      assertThat(taken).allSatisfy(slot -> assertThat(slot.begin() % Slot.SECONDS).isZero());
      assertThat(taken.getLast().begin() - taken.getFirst().begin()).isEqualTo(Slot.SECONDS);
      assertThat(reporter.waiting()).isZero();
    }
  }

  @Test
  void slotsAreKeptWhileTheManagerIsAwayAndToldAgain() {
    try (FigureReporter reporter = started()) {
      refusal = ErrorCode.UNAVAILABLE;
      for (int i = 1; i <= 3; i++) {
        counter.add(Figure.PEER_BYTES, i);
        time.advance(SLOT);
      }
      assertThat(reporter.waiting()).isEqualTo(3);
      refusal = null;
      time.advance(SLOT);
      assertThat(taken).extracting(Slot::peerBytes).containsExactly(1L, 2L, 3L, 0L);
      assertThat(reporter.waiting()).isZero();
    }
  }

  @Test
  void noMoreThanTheLastHourIsKept() {
    try (FigureReporter reporter = started()) {
      refusal = ErrorCode.UNAUTHENTICATED;
      for (int i = 0; i < 400; i++) {
        time.advance(SLOT);
      }
      assertThat(reporter.waiting()).isEqualTo(360);
    }
  }

  @Test
  void whatIsRefusedForEverDoesNotStandInTheWayOfTheNext() {
    try (FigureReporter reporter = started()) {
      refusal = ErrorCode.INVALID_ARGUMENT;
      time.advance(SLOT);
      refusal = null;
      counter.add(Figure.FAILURES, 1);
      time.advance(SLOT);
      assertThat(taken).extracting(Slot::failures).containsExactly(1L);
      assertThat(reporter.waiting()).isZero();
    }
  }

  @Test
  void theLastPartOfASlotIsToldAtTheEndOnce() {
    FigureReporter reporter = started();
    counter.add(Figure.SEED_BYTES, 9);
    reporter.close();
    reporter.close();
    assertThat(taken).extracting(Slot::seedBytes).containsExactly(9L);
    time.advance(SLOT.multipliedBy(2));
    assertThat(calls).isEqualTo(1);
  }

  @Test
  void hostsThatCannotBeCountedLoseNothingElse() {
    FigureReporter reporter =
        new FigureReporter(
            counter,
            new FigureReporter.Gauges(
                () -> {
                  throw new DragonflyException(ErrorCode.UNAVAILABLE, "no Redis");
                },
                () -> 2),
            this::take,
            time,
            Runnable::run);
    reporter.start(time);
    counter.add(Figure.DOWNLOADS, 4);
    time.advance(SLOT);
    assertThat(taken.getFirst().downloads()).isEqualTo(4);
    assertThat(taken.getFirst().hosts()).isZero();
    assertThat(taken.getFirst().running()).isEqualTo(2);
    reporter.close();
  }

  private FigureReporter started() {
    FigureReporter reporter =
        new FigureReporter(
            counter, new FigureReporter.Gauges(() -> 3, () -> 2), this::take, time, Runnable::run);
    reporter.start(time);
    return reporter;
  }

  private void take(List<Slot> slots, Duration bound) {
    calls++;
    if (refusal != null) {
      throw new DragonflyException(refusal, "not now");
    }
    taken.addAll(slots);
  }
}
