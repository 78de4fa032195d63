package dev.dragonfly.scheduler.figures;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what sessions tell. Safe for any thread; what comes while a slot ends is in one of two.
 */
public final class FigureCounter {
  private final Map<Figure, AtomicLong> counts = new EnumMap<>(Figure.class);

  /** What is counted. */
  public enum Figure {
    /** Bytes from sources. */
    ORIGIN_BYTES,
    /** Bytes from seeds. */
    SEED_BYTES,
    /** Bytes from ordinary peers. */
    PEER_BYTES,
    /** Downloads that ended well. */
    DOWNLOADS,
    /** Downloads that ended badly. */
    FAILURES,
    /** Downloads that ended well and read the source. */
    BACK_TO_SOURCE
  }

  public FigureCounter() {
    for (Figure figure : Figure.values()) {
      counts.put(figure, new AtomicLong());
    }
  }

  /** Counts so much more. */
  public void add(Figure figure, long more) {
    of(figure).addAndGet(more);
  }

  /** What was counted since the last call, as a slot. */
  Slot take(long begin, int hosts, int running) {
    return new Slot(
        begin,
        of(Figure.ORIGIN_BYTES).getAndSet(0),
        of(Figure.SEED_BYTES).getAndSet(0),
        of(Figure.PEER_BYTES).getAndSet(0),
        of(Figure.DOWNLOADS).getAndSet(0),
        of(Figure.FAILURES).getAndSet(0),
        of(Figure.BACK_TO_SOURCE).getAndSet(0),
        hosts,
        running);
  }

  /** Every figure has its count. */
  @SuppressWarnings("NullAway")
  private AtomicLong of(Figure figure) {
    return counts.get(figure);
  }
}
