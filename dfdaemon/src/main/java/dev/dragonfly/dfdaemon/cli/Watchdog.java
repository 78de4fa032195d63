package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Closes a body that pauses too long, or takes too long in all: its reader then gets an error. */
final class Watchdog implements AutoCloseable {
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

  private final InputStream body;
  private final Duration total;
  private final Duration pause;
  private final Time time;
  private final long start;
  private final Timers.Timer timer;
  private volatile long lastNanos;
  private volatile @Nullable String verdict;

  Watchdog(InputStream body, Duration total, Duration pause, Time time, Timers timers) {
    this.body = body;
    this.total = total;
    this.pause = pause;
    this.time = time;
    this.start = time.nanos();
    this.lastNanos = start;
    Duration quarter = pause.dividedBy(4);
    this.timer =
        timers.every(quarter.compareTo(LONGEST_LOOK) < 0 ? quarter : LONGEST_LOOK, this::look);
  }

  /** Bytes came. */
  void progressed() {
    lastNanos = time.nanos();
  }

  /**
   * What a failed read means: too slow, if it was closed here.
   *
   * @param url what was read
   */
  void explain(String url, IOException failure) {
    String why = verdict;
    if (why != null) {
      throw new DragonflyException(
          ErrorCode.DEADLINE_EXCEEDED, "source " + url + ": " + why, failure);
    }
  }

  private void look() {
    long now = time.nanos();
    if (now - lastNanos >= pause.toNanos()) {
      end("no byte came within " + pause);
    } else if (now - start >= total.toNanos()) {
      end("not done within " + total + "; raise --timeout");
    }
  }

  private void end(String why) {
    verdict = why;
    timer.cancel();
    try {
      body.close();
    } catch (IOException e) {
      // Its reader is told anyway.
    }
  }

  @Override
  public void close() {
    timer.cancel();
  }
}
