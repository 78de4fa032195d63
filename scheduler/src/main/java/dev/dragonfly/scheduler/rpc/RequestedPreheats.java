package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.ext.v1.PreheatRequest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.scheduler.client.DaemonClient;
import dev.dragonfly.scheduler.job.PreheatListener;
import dev.dragonfly.scheduler.job.PreheatOrder;
import dev.dragonfly.scheduler.job.PreheatRun;
import dev.dragonfly.scheduler.job.Preheats;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Begins preheats as the wire asks for them, and ends those that nobody else would. Any thread. */
public final class RequestedPreheats {
  /** An hour beyond the end of the longest preheat: something is wrong then. */
  private static final Duration GRACE = Duration.ofHours(1);

  private final Preheats preheats;
  private final DaemonClient daemons;
  private final Set<PreheatRun> followed = ConcurrentHashMap.newKeySet();

  public RequestedPreheats(Preheats preheats, DaemonClient daemons) {
    this.preheats = preheats;
    this.daemons = daemons;
  }

  /**
   * Begins one.
   *
   * @param timeout for all of it; absent when the caller cancels it
   * @param ended called once, after the last outcome
   * @throws DragonflyException as {@link Preheats#begin}, and INVALID_ARGUMENT naming a field
   */
  PreheatRun begin(
      PreheatRequest request,
      Optional<Duration> timeout,
      PreheatListener listener,
      Runnable ended) {
    PreheatOrder order = PreheatRequests.order(request, timeout);
    Download shared = PreheatRequests.shared(request.getDownload());
    return preheats.begin(
        order,
        (host, content, trusted, heard) ->
            daemons.download(host, PreheatRequests.download(shared, content, trusted), heard),
        listener,
        counts -> ended.run());
  }

  /** Begins one and waits for its end; blocks a virtual thread. */
  PreheatCollector follow(PreheatRequest request, Duration timeout) {
    PreheatCollector collected = new PreheatCollector();
    CountDownLatch end = new CountDownLatch(1);
    PreheatRun run = begin(request, Optional.of(timeout), collected, end::countDown);
    followed.add(run);
    try {
      if (!end.await(timeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)) {
        throw new DragonflyException(
            ErrorCode.INTERNAL, "the preheat did not end within " + timeout.plus(GRACE));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      run.cancel("the scheduler ends");
      throw new DragonflyException(ErrorCode.CANCELLED, "the scheduler ends", e);
    } finally {
      followed.remove(run);
    }
    return collected;
  }

  /** Ends all that are followed. */
  void cancelAll(String reason) {
    followed.forEach(run -> run.cancel(reason));
  }
}
