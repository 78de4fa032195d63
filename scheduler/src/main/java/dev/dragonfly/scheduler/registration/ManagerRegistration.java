package dev.dragonfly.scheduler.registration;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.client.ManagerClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers this scheduler and gives signs of life, for ever: whatever fails is tried again with a
 * bounded back-off and never hinders serving. Fields are guarded by this object's lock; calls run
 * on virtual threads.
 */
public final class ManagerRegistration implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ManagerRegistration.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LAST_RETRY = Duration.ofSeconds(15);

  private final ManagerClient manager;
  private final Duration interval;
  private final Timers timers;
  private final Executor executor;
  private Duration retry = FIRST_RETRY;
  private Timers.@Nullable Timer beats;
  private boolean closed;

  public ManagerRegistration(
      ManagerClient manager, Duration interval, Timers timers, Executor executor) {
    this.manager = manager;
    this.interval = interval;
    this.timers = timers;
    this.executor = executor;
  }

  /** Begins in the background. */
  public void start() {
    executor.execute(this::register);
  }

  @Override
  public synchronized void close() {
    closed = true;
    stopBeats();
  }

  private void register() {
    try {
      manager.register(interval);
    } catch (DragonflyException e) {
      log.warn("msg=\"could not register at the manager\" error=\"{}\"", e.getMessage());
      again();
      return;
    }
    beat();
  }

  private synchronized void beat() {
    if (closed) {
      return;
    }
    log.info("msg=\"registered at the manager\"");
    retry = FIRST_RETRY;
    stopBeats();
    ManagerClient.Beat sign = manager.keepAlive(this::ended);
    sign.send();
    beats = timers.every(interval, sign::send);
  }

  private void ended(DragonflyException why) {
    synchronized (this) {
      stopBeats();
      if (closed) {
        return;
      }
    }
    log.warn("msg=\"keep-alive ended, registering again\" error=\"{}\"", why.getMessage());
    again();
  }

  private synchronized void again() {
    if (closed) {
      return;
    }
    timers.after(retry, () -> executor.execute(this::register));
    retry = retry.multipliedBy(2);
    if (retry.compareTo(LAST_RETRY) > 0) {
      retry = LAST_RETRY;
    }
  }

  private void stopBeats() {
    if (beats != null) {
      beats.cancel();
      beats = null;
    }
  }
}
