package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.time.Time;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who may send a piece now, who waits, and when the others should come back. A free slot goes to
 * the waiter whose address holds the fewest, so nobody is served last because another opened more
 * connections; one address never holds more than three quarters of several slots. Safe for any
 * thread; the monitor guards all.
 */
final class UploadSlots {
  private static final Duration SHORTEST_RETURN = Duration.ofMillis(100);
  private static final Duration LONGEST_RETURN = Duration.ofSeconds(5);
  private static final long FIRST_GUESS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long CONTENDED_FOR = TimeUnit.SECONDS.toNanos(5);
  private static final int SHARE = 4;
  private static final int WEIGHT = 4;

  private final int most;
  private final Time time;
  private final Map<InetAddress, Integer> held = new HashMap<>();
  private final List<Waiter> waiting = new ArrayList<>();
  private int slots;
  private int free;
  private long usualNanos = FIRST_GUESS;
  private long promisedNanos;
  private long contendedUntil;

  /** What came of asking. */
  sealed interface Claim {}

  /** Sent when there was no slot within the wait. */
  record Full(Duration retryAfter) implements Claim {}

  /** A slot; whoever got it closes it, once. */
  final class Slot implements Claim, AutoCloseable {
    private final InetAddress address;
    private final long since = time.nanos();

    private Slot(InetAddress address) {
      this.address = address;
    }

    @Override
    public void close() {
      release(this);
    }
  }

  private static final class Waiter {
    private final InetAddress address;
    private final CountDownLatch called = new CountDownLatch(1);
    private @Nullable Slot slot;

    Waiter(InetAddress address) {
      this.address = address;
    }
  }

  UploadSlots(int slots, Time time) {
    this.most = slots;
    this.slots = slots;
    this.time = time;
    this.free = slots;
    this.promisedNanos = time.nanos();
    this.contendedUntil = time.nanos();
  }

  /** Allows fewer than there are, or all again; who has a slot keeps it. */
  synchronized void limit(int wanted) {
    int next = Math.clamp(wanted, 1, most);
    // Below 0 while more are held than may be: the next ones come when enough have ended.
    free += next - slots;
    slots = next;
    callNext();
  }

  /** Waits for a slot, at most so long; for virtual threads. */
  Claim take(InetAddress address, Duration wait) throws InterruptedException {
    Waiter waiter = new Waiter(address);
    join(waiter);
    try {
      waiter.called.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      if (leave(waiter) instanceof Slot slot) {
        slot.close();
      }
      throw e;
    }
    return leave(waiter);
  }

  /** Whether somebody waits for a slot or was sent away a moment ago. */
  synchronized boolean isContended() {
    return !waiting.isEmpty() || time.nanos() - contendedUntil < 0;
  }

  /** How many wait for a slot. */
  synchronized int waiting() {
    return waiting.size();
  }

  private synchronized void join(Waiter waiter) {
    waiting.add(waiter);
    callNext();
  }

  /** The slot may have come at the very end of the wait: it counts. */
  private synchronized Claim leave(Waiter waiter) {
    if (waiter.slot != null) {
      return waiter.slot;
    }
    waiting.remove(waiter);
    contendedUntil = time.nanos() + CONTENDED_FOR;
    return new Full(nextReturn());
  }

  private synchronized void release(Slot slot) {
    free++;
    held.computeIfPresent(slot.address, (address, count) -> count > 1 ? count - 1 : null);
    usualNanos += (time.nanos() - slot.since - usualNanos) / WEIGHT;
    callNext();
  }

  private void callNext() {
    while (free > 0) {
      Waiter next = null;
      int fewest = slots - slots / SHARE;
      for (Waiter waiter : waiting) {
        int count = held.getOrDefault(waiter.address, 0);
        if (count < fewest) {
          next = waiter;
          fewest = count;
        }
      }
      if (next == null) {
        return;
      }
      waiting.remove(next);
      free--;
      held.merge(next.address, 1, Integer::sum);
      next.slot = new Slot(next.address);
      next.called.countDown();
    }
  }

  /**
   * Those who were sent away form a queue in time: each is told the moment when a slot should be
   * free after those before it, so they do not all come back at once to be sent away again.
   */
  private Duration nextReturn() {
    long now = time.nanos();
    long soonest = now + SHORTEST_RETURN.toNanos();
    long latest = now + LONGEST_RETURN.toNanos();
    promisedNanos = Math.max(promisedNanos, now) + usualNanos / slots;
    promisedNanos = Math.clamp(promisedNanos, soonest, latest);
    return Duration.ofNanos(promisedNanos - now);
  }
}
