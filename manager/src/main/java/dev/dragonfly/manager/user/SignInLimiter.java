package dev.dragonfly.manager.user;

import dev.dragonfly.common.time.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/**
 * Slows down who guesses passwords: so many attempts per address and name, then one per pause. It
 * remembers a bounded number of pairs and forgets the least recent. Guarded by its own lock.
 */
@Component
final class SignInLimiter {
  private static final int BURST = 10;
  private static final long PAUSE_NANOS = Duration.ofSeconds(6).toNanos();
  private static final int MAX_REMEMBERED = 10_000;

  /** Checking a password costs a core some 60 ms; more at once would starve the rest. */
  private static final int MAX_CHECKS_AT_ONCE = 4;

  private final Time time;
  private final Semaphore checks = new Semaphore(MAX_CHECKS_AT_ONCE);
  private final Map<String, Attempts> remembered = new LinkedHashMap<>(16, 0.75f, true);

  SignInLimiter(Time time) {
    this.time = time;
  }

  /** Takes one attempt and room for a check; false when there is none of either. */
  boolean enter(String address, String name) {
    return checks.tryAcquire() && (take(address + " " + name) || leave());
  }

  /** Ends what {@link #enter} began; a success makes up for the attempt. */
  void leave(String address, String name, boolean success) {
    checks.release();
    if (success) {
      synchronized (remembered) {
        remembered.remove(address + " " + name);
      }
    }
  }

  private boolean leave() {
    checks.release();
    return false;
  }

  private boolean take(String pair) {
    synchronized (remembered) {
      long now = time.nanos();
      Attempts attempts = remembered.getOrDefault(pair, new Attempts(BURST, now)).at(now);
      if (attempts.left() < 1) {
        return false;
      }
      remembered.put(pair, new Attempts(attempts.left() - 1, attempts.since()));
      if (remembered.size() > MAX_REMEMBERED) {
        remembered.remove(remembered.keySet().iterator().next());
      }
      return true;
    }
  }

  /** How many attempts were left at an instant of the clock. */
  private record Attempts(long left, long since) {
    Attempts at(long now) {
      long earned = (now - since) / PAUSE_NANOS;
      return new Attempts(Math.min(BURST, left + earned), since + earned * PAUSE_NANOS);
    }
  }
}
