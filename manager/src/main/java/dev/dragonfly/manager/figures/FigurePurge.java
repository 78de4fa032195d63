package dev.dragonfly.manager.figures;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Purges figures on a timer; the work runs on a virtual thread, one run at a time. */
@Component
public final class FigurePurge implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FigurePurge.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final Figures figures;
  private final Timers timers;
  private final AtomicBoolean running = new AtomicBoolean();
  private Timers.Timer timer = () -> {};

  FigurePurge(Figures figures, Timers timers) {
    this.figures = figures;
    this.timers = timers;
  }

  /** Begins to purge, the first time after one interval. */
  public void start() {
    timer =
        timers.every(
            INTERVAL,
            () -> {
              if (running.compareAndSet(false, true)) {
                Threads.virtual("figure-purge", this::run);
              }
            });
  }

  @Override
  public void close() {
    timer.cancel();
  }

  private void run() {
    try {
      int purged = figures.purge();
      LOG.debug("figures purged count={}", purged);
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("purge of figures failed, next try in {}", INTERVAL, e);
    } finally {
      running.set(false);
    }
  }
}
