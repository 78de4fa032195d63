package dev.dragonfly.scheduler.session;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs actions one after the other, in the order of their arrival, on threads of an executor.
 * Whoever posts bounds what he posts: the stream by its flow control, timers and news by
 * coalescing.
 */
public final class Mailbox {
  private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

  private final Executor executor;
  private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  public Mailbox(Executor executor) {
    this.executor = executor;
  }

  /** Runs the action after all that were posted before. */
  public void post(Runnable action) {
    actions.add(action);
    if (waiting.getAndIncrement() == 0) {
      executor.execute(this::drain);
    }
  }

  /** Like {@link #post}, but on the calling thread when nothing is under way; it may block. */
  public void run(Runnable action) {
    actions.add(action);
    if (waiting.getAndIncrement() == 0) {
      drain();
    }
  }

  private void drain() {
    do {
      Runnable next = actions.remove();
      try {
        next.run();
      } catch (RuntimeException e) {
        LOG.error("a session's action failed", e);
      }
    } while (waiting.decrementAndGet() > 0);
  }
}
