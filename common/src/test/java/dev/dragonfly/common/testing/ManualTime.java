package dev.dragonfly.common.testing;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock and timers that the test moves. Begins at the epoch. Actions run on the thread that
 * advances, in the order of their time, without a lock held. Safe for any thread.
 */
public final class ManualTime implements Time, Timers {

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Entry> pending = new ArrayList<>();
  private long nanos;

  private final class Entry implements Timer {

    private final Runnable action;
    private final @Nullable Duration interval;
    private long due;

    Entry(long due, @Nullable Duration interval, Runnable action) {
      this.due = due;
      this.interval = interval;
      this.action = action;
    }

    long due() {
      return due;
    }

    @Override
    public void cancel() {
      lock.lock();
      try {
        pending.remove(this);
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public Instant now() {
    return Instant.EPOCH.plusNanos(nanos());
  }

  @Override
  public long nanos() {
    lock.lock();
    try {
      return nanos;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    return add(delay, null, action);
  }

  @Override
  public Timer every(Duration interval, Runnable action) {
    return add(interval, interval, action);
  }

  /** How many timers wait. */
  public int pendingTimers() {
    lock.lock();
    try {
      return pending.size();
    } finally {
      lock.unlock();
    }
  }

  /** Moves the clock and runs what becomes due, also what is set on the way. */
  public void advance(Duration by) {
    long until = nanos() + by.toNanos();
    for (Optional<Entry> next = nextUntil(until); next.isPresent(); next = nextUntil(until)) {
      next.get().action.run();
    }
  }

  private Timer add(Duration delay, @Nullable Duration interval, Runnable action) {
    lock.lock();
    try {
      Entry entry = new Entry(nanos + delay.toNanos(), interval, action);
      pending.add(entry);
      return entry;
    } finally {
      lock.unlock();
    }
  }

  /** The next due timer, with the clock moved to it; else the clock is moved to the end. */
  private Optional<Entry> nextUntil(long until) {
    lock.lock();
    try {
      Optional<Entry> next =
          pending.stream()
              .filter(entry -> entry.due() <= until)
              .min(Comparator.comparingLong(Entry::due));
      next.ifPresent(this::reach);
      if (next.isEmpty()) {
        nanos = Math.max(nanos, until);
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void reach(Entry entry) {
    nanos = Math.max(nanos, entry.due);
    if (entry.interval == null) {
      pending.remove(entry);
    } else {
      entry.due += entry.interval.toNanos();
    }
  }
}
