package dev.dragonfly.common.time;

import dev.dragonfly.common.concurrent.Threads;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Timers of the system, on one daemon thread. An action that throws is logged and runs again. */
public final class SystemTimers implements Timers, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SystemTimers.class);

  private final ScheduledThreadPoolExecutor executor;

  public SystemTimers(String name) {
    executor = new ScheduledThreadPoolExecutor(1, Threads.daemonFactory(name));
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    Future<?> future = executor.schedule(safe(action), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public Timer every(Duration interval, Runnable action) {
    Future<?> future =
        executor.scheduleWithFixedDelay(
            safe(action), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  private static Runnable safe(Runnable action) {
    return () -> {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.warn("a timer's action failed", e);
      }
    };
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
