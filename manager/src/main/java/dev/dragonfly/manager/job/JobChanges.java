package dev.dragonfly.manager.job;

import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/**
 * Wakes those who wait for news of a job: at once when this manager works on it, else by a timer.
 * Safe for any thread.
 */
@Component
final class JobChanges {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Timers timers;
  private final Map<Long, Set<Semaphore>> waiting = new ConcurrentHashMap<>();

  JobChanges(Timers timers) {
    this.timers = timers;
  }

  /** There is something new of a job. */
  void signal(long jobId) {
    waiting.getOrDefault(jobId, Set.of()).forEach(Semaphore::release);
  }

  /** Wakes everybody: this manager ends. */
  void signalAll() {
    waiting.values().forEach(those -> those.forEach(Semaphore::release));
  }

  /** Begins to watch a job; what happens from here on is not missed. */
  Watch watch(long jobId) {
    return new Watch(jobId);
  }

  /** Somebody who waits for news, again and again. */
  final class Watch implements AutoCloseable {
    private final long jobId;
    private final Semaphore news = new Semaphore(0);

    private Watch(long jobId) {
      this.jobId = jobId;
      waiting.compute(
          jobId,
          (id, those) -> {
            Set<Semaphore> all = those == null ? ConcurrentHashMap.newKeySet() : those;
            all.add(news);
            return all;
          });
    }

    /** Returns when there is news or a second has passed. */
    void await() throws InterruptedException {
      Timers.Timer timer = timers.after(PAUSE, news::release);
      try {
        news.acquire();
        news.drainPermits();
      } finally {
        timer.cancel();
      }
    }

    @Override
    public void close() {
      waiting.computeIfPresent(
          jobId,
          (id, those) -> {
            those.remove(news);
            return those.isEmpty() ? null : those;
          });
    }
  }
}
