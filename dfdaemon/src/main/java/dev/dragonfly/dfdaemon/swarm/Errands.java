package dev.dragonfly.dfdaemon.swarm;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was decided under a lock and is to be done without it, in the order of the decisions: words
 * to neighbours, blocks for the store, news for the download. Whoever comes first does all that is
 * there, so that no two do it at a time and nobody waits; what is added meanwhile, also by an
 * errand itself, is done by the same. Safe for any thread.
 */
final class Errands {
  private static final Logger LOG = LoggerFactory.getLogger(Errands.class);

  private final Queue<Runnable> errands = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /** Done by the next {@link #run}; may be called with a lock held. */
  void add(Runnable errand) {
    errands.add(errand);
  }

  /** Does what waits, unless another thread is at it; called without a lock. */
  void run() {
    if (waiting.getAndIncrement() > 0) {
      return;
    }
    int seen = 1;
    do {
      for (Runnable next = errands.poll(); next != null; next = errands.poll()) {
        perform(next);
      }
      seen = waiting.addAndGet(-seen);
    } while (seen > 0);
  }

  /** One that fails must not keep the others from being done, now and for ever. */
  private static void perform(Runnable errand) {
    try {
      errand.run();
    } catch (RuntimeException e) {
      LOG.warn("an errand of a swarm failed", e);
    }
  }
}
