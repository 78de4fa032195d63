package dev.dragonfly.scheduler.figures;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.observe.LogPause;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a slot every ten seconds of the clock and tells the manager. While it does not take them,
 * the slots of the last hour are kept. The work runs on virtual threads, one at a time; fields are
 * guarded by this object's monitor.
 */
public final class FigureReporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FigureReporter.class);

  /**
   * After the end of a slot by the clock, for timers do not follow it: one that is early looks
   * again.
   */
  private static final Duration GRACE = Duration.ofMillis(200);

  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final Duration LAST_BOUND = Duration.ofMillis(500);
  private static final int MOST_KEPT = 360;

  private final FigureCounter counter;
  private final Gauges gauges;
  private final FigureSink sink;
  private final Time time;
  private final Executor executor;
  private final LogPause logPause;
  private final ArrayDeque<Slot> kept = new ArrayDeque<>();
  private Timers.@Nullable Timer timer;
  private long begin;
  private boolean working;
  private boolean closed;

  /**
   * What is looked at when a slot ends.
   *
   * @param hosts live hosts; may block and throw
   * @param running open streams
   */
  public record Gauges(IntSupplier hosts, IntSupplier running) {}

  /**
   * @param executor makes virtual threads
   */
  public FigureReporter(
      FigureCounter counter, Gauges gauges, FigureSink sink, Time time, Executor executor) {
    this.counter = counter;
    this.gauges = gauges;
    this.sink = sink;
    this.time = time;
    this.executor = executor;
    this.logPause = new LogPause(time);
    this.begin = current();
  }

  /** Begins to look at the clock. */
  public synchronized void start(Timers timers) {
    if (!closed) {
      Duration left = Duration.between(time.now(), Instant.ofEpochSecond(current() + Slot.SECONDS));
      // A look each second would be one in ten of the wakes of a scheduler at rest.
      timer =
          timers.after(
              left.plus(GRACE),
              () -> {
                look();
                start(timers);
              });
    }
  }

  /** How many slots the manager has not taken. */
  public synchronized int waiting() {
    return kept.size();
  }

  /** Tells what was counted since the last slot, once: somebody else may go on in the same slot. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (timer != null) {
        timer.cancel();
      }
      keep(counter.take(begin, 0, 0));
    }
    tell(LAST_BOUND);
  }

  private void look() {
    synchronized (this) {
      if (closed || working || current() <= begin) {
        return;
      }
      working = true;
    }
    executor.execute(this::endSlot);
  }

  private void endSlot() {
    try {
      int hosts = hosts();
      synchronized (this) {
        if (closed) {
          return;
        }
        keep(counter.take(begin, hosts, gauges.running().getAsInt()));
        // Never a begin twice, even when the clock was set back: it would replace the first.
        begin = Math.max(begin + Slot.SECONDS, current());
      }
      tell(BOUND);
    } finally {
      synchronized (this) {
        working = false;
      }
    }
  }

  private long current() {
    return Slot.beginOf(time.now().getEpochSecond());
  }

  private int hosts() {
    try {
      return gauges.hosts().getAsInt();
    } catch (DragonflyException e) {
      LOG.debug("hosts not counted reason=\"{}\"", e.getMessage());
      return 0;
    }
  }

  /** With the monitor held. */
  private void keep(Slot slot) {
    kept.add(slot);
    while (kept.size() > MOST_KEPT) {
      kept.poll();
    }
  }

  private void tell(Duration bound) {
    List<Slot> told;
    synchronized (this) {
      told = List.copyOf(kept);
    }
    try {
      sink.tell(told, bound);
    } catch (DragonflyException e) {
      if (logPause.isOver("figures")) {
        LOG.warn("figures not taken slots={} reason=\"{}\"", told.size(), e.getMessage());
      }
      if (e.code() != ErrorCode.INVALID_ARGUMENT && e.code() != ErrorCode.UNIMPLEMENTED) {
        return;
      }
      // They would be refused for ever, and with them all that come after.
    }
    synchronized (this) {
      kept.removeAll(told);
    }
  }
}
