package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The orders that one preheat has given: waits for their ends, and ends them all. Any thread; what
 * blocks is for virtual ones.
 */
final class Orders {
  /** A host that has as much to do as it may is asked again: after 1, 2, 4, 8 and 16 seconds. */
  private static final int BUSY_RETRIES = 5;

  private final HostOrders hosts;
  private final Duration longest;
  private final Timers timers;
  private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
  private volatile @Nullable String endedBy;

  /**
   * @param longest time for one content on one host
   */
  Orders(HostOrders hosts, Duration longest, Timers timers) {
    this.hosts = hosts;
    this.longest = longest;
    this.timers = timers;
  }

  /** Why no more orders are given; absent while they are. */
  Optional<String> endedBy() {
    return Optional.ofNullable(endedBy);
  }

  /** Gives no more orders and waits for none. The first reason stays. */
  void end(String reason) {
    synchronized (this) {
      if (endedBy == null) {
        endedBy = reason;
      }
    }
    waiting.forEach(Runnable::run);
  }

  /**
   * Has the host fetch the content; blocks until it has it or has not.
   *
   * @return what was tried and what the host said; absent where it holds the content
   */
  Optional<String> fetch(Host host, TaskSpec content, boolean trusted, TargetDownload download) {
    for (int attempt = 0; ; attempt++) {
      Optional<DragonflyException> failure = attempt(host, content, trusted, download);
      if (failure.isEmpty()) {
        return Optional.empty();
      }
      boolean busy = failure.get().code() == ErrorCode.RESOURCE_EXHAUSTED;
      if (!busy || attempt == BUSY_RETRIES || !pause(Duration.ofSeconds(1L << attempt))) {
        return Optional.of(
            "tried %s on host %s at %s:%d, got %s: %s"
                .formatted(
                    content.publicUrl(),
                    host.id(),
                    host.ip(),
                    host.port(),
                    failure.get().code(),
                    failure.get().getMessage()));
      }
    }
  }

  private Optional<DragonflyException> attempt(
      Host host, TaskSpec content, boolean trusted, TargetDownload download) {
    if (endedBy != null) {
      return Optional.of(ended("not begun"));
    }
    CompletableFuture<Void> call;
    try {
      call = hosts.send(host, content, trusted, download);
    } catch (DragonflyException e) {
      return Optional.of(e);
    }
    try {
      await(call, longest);
      return Optional.empty();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return Optional.of(
          cause instanceof DragonflyException known
              ? known
              : new DragonflyException(ErrorCode.INTERNAL, String.valueOf(cause), e));
    } catch (CancellationException e) {
      return Optional.of(ended("no longer waited for"));
    } catch (TimeoutException e) {
      call.cancel(true);
      return Optional.of(
          new DragonflyException(
              ErrorCode.DEADLINE_EXCEEDED, "no end within " + longest + "; it may go on"));
    }
  }

  private DragonflyException ended(String what) {
    return new DragonflyException(ErrorCode.CANCELLED, what + ": " + endedBy);
  }

  /** Waits for so long; false when no more orders are given. */
  private boolean pause(Duration duration) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    Timers.Timer timer = timers.after(duration, () -> over.complete(null));
    try {
      await(over, longest);
    } catch (ExecutionException | TimeoutException | CancellationException e) {
      return false;
    } finally {
      timer.cancel();
    }
    return endedBy == null;
  }

  /** Waits for something that {@link #end} ends too. */
  void await(CompletableFuture<?> call, Duration limit)
      throws ExecutionException, TimeoutException {
    Runnable giveUp = () -> call.cancel(true);
    waiting.add(giveUp);
    try {
      if (endedBy != null) {
        // It ended between the look and the note that somebody waits.
        call.cancel(true);
      }
      call.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      call.cancel(true);
      throw new CancellationException("interrupted");
    } finally {
      waiting.remove(giveUp);
    }
  }
}
