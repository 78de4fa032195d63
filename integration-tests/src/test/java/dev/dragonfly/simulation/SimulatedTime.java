package dev.dragonfly.simulation;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/**
 * A clock that jumps from event to event. Events of the same moment happen in the order in which
 * they were planned. For one thread.
 */
final class SimulatedTime implements Time, Timers {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final PriorityQueue<Planned> plan = new PriorityQueue<>(SimulatedTime::compare);
  private long nanos;
  private long planned;

  /** Something that will happen. */
  private static final class Planned implements Timer {
    private final long at;
    private final long number;
    private final Runnable action;
    private boolean cancelled;

    Planned(long at, long number, Runnable action) {
      this.at = at;
      this.number = number;
      this.action = action;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private static int compare(Planned one, Planned other) {
    return one.at == other.at
        ? Long.compare(one.number, other.number)
        : Long.compare(one.at, other.at);
  }

  @Override
  public Instant now() {
    return START.plusNanos(nanos);
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    Planned event = new Planned(nanos + Math.max(0, delay.toNanos()), planned++, action);
    plan.add(event);
    return event;
  }

  @Override
  public Timer every(Duration interval, Runnable action) {
    throw new UnsupportedOperationException("nothing in the simulation happens for ever");
  }

  /** Lets the next event happen; false when there is none. */
  boolean step() {
    Planned next = plan.poll();
    while (next != null && next.cancelled) {
      next = plan.poll();
    }
    if (next == null) {
      return false;
    }
    nanos = next.at;
    next.action.run();
    return true;
  }

  /** How many events are planned and not cancelled. */
  long pending() {
    return plan.stream().filter(event -> !event.cancelled).count();
  }
}
