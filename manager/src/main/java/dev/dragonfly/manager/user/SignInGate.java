package dev.dragonfly.manager.user;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.springframework.stereotype.Component;

/**
 * Slows down who guesses passwords and nobody else: every password is checked, in the order of
 * arrival, and a right one is answered at once. After some wrong ones from an address the answer to
 * each further wrong one takes a pause. An address has only so many calls here at once, so that it
 * can block nobody but itself. Guarded by its own lock; waits on the virtual thread of the caller.
 */
@Component
final class SignInGate {
  private static final int FREE_FAILURES = 10;
  private static final Duration PAUSE = Duration.ofSeconds(3);
  private static final long EARN_NANOS = Duration.ofSeconds(6).toNanos();
  private static final int MAX_REMEMBERED = 10_000;
  private static final int MAX_PER_ADDRESS = 32;
  private static final long MAX_WAIT_SECONDS = 20;

  /** Checking a password costs a core some 60 ms; more at once would starve the rest. */
  private static final int CHECKS_AT_ONCE = 2;

  private final Time time;
  private final Timers timers;
  private final Semaphore checks = new Semaphore(CHECKS_AT_ONCE, true);
  private final Map<String, Failures> remembered = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Integer> inside = new HashMap<>();

  SignInGate(Time time, Timers timers) {
    this.time = time;
    this.timers = timers;
  }

  /**
   * Runs a check of a password for somebody at an address.
   *
   * @return what the check said; a false one may come later
   * @throws DragonflyException RESOURCE_EXHAUSTED when the address has too many calls at once
   */
  boolean check(String address, BooleanSupplier password) {
    enter(address);
    try {
      boolean right = inTurn(password);
      if (!right && isOverBudget(address)) {
        pause();
      }
      return right;
    } finally {
      leave(address);
    }
  }

  private boolean inTurn(BooleanSupplier password) {
    boolean taken = false;
    try {
      taken = checks.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
      if (!taken) {
        throw tooMany();
      }
      return password.getAsBoolean();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, "interrupted while waiting to sign in", e);
    } finally {
      if (taken) {
        checks.release();
      }
    }
  }

  private void enter(String address) {
    synchronized (inside) {
      int calls = inside.getOrDefault(address, 0);
      if (calls >= MAX_PER_ADDRESS) {
        throw tooMany();
      }
      inside.put(address, calls + 1);
    }
  }

  private void leave(String address) {
    synchronized (inside) {
      inside.computeIfPresent(address, (key, calls) -> calls == 1 ? null : calls - 1);
    }
  }

  private boolean isOverBudget(String address) {
    synchronized (remembered) {
      long now = time.nanos();
      Failures failures =
          remembered.getOrDefault(address, new Failures(FREE_FAILURES, now)).at(now);
      remembered.put(address, new Failures(Math.max(0, failures.left() - 1), failures.since()));
      if (remembered.size() > MAX_REMEMBERED) {
        remembered.remove(remembered.keySet().iterator().next());
      }
      return failures.left() < 1;
    }
  }

  private void pause() {
    try {
      timers.pause(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static DragonflyException tooMany() {
    return new DragonflyException(
        ErrorCode.RESOURCE_EXHAUSTED, "too many attempts to sign in at once; try again");
  }

  /** How many failures were left without a pause at an instant of the clock. */
  private record Failures(long left, long since) {
    Failures at(long now) {
      long earned = (now - since) / EARN_NANOS;
      return new Failures(Math.min(FREE_FAILURES, left + earned), since + earned * EARN_NANOS);
    }
  }
}
