package dev.dragonfly.manager.instance;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.time.Timers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Looks for silent instances on a timer; the work runs on a virtual thread, one run at a time. */
@Component
public final class InstanceExpiry implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InstanceExpiry.class);

  private final KeepAlives keepAlives;
  private final KeepAliveConfig config;
  private final Timers timers;
  private final AtomicBoolean running = new AtomicBoolean();
  private Timers.Timer timer = () -> {};

  InstanceExpiry(KeepAlives keepAlives, KeepAliveConfig config, Timers timers) {
    this.keepAlives = keepAlives;
    this.config = config;
    this.timers = timers;
  }

  /** Begins to look, the first time after one interval. */
  public void start() {
    timer = timers.every(config.interval(), this::tick);
  }

  @Override
  public void close() {
    timer.cancel();
  }

  private void tick() {
    if (running.compareAndSet(false, true)) {
      Threads.virtual("instance-expiry", this::run);
    }
  }

  private void run() {
    try {
      keepAlives.expire(config.timeout());
      keepAlives.forget(config.forgetAfter());
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("looking for silent instances failed, next try in {}", config.interval(), e);
    } finally {
      running.set(false);
    }
  }
}
