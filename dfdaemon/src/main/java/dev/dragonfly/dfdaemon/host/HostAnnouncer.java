package dev.dragonfly.dfdaemon.host;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.time.Backoff;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.client.SchedulerClient;
import dev.dragonfly.dfdaemon.dynconfig.SchedulerConfig;
import dev.dragonfly.dfdaemon.dynconfig.Schedulers;
import dev.dragonfly.dfdaemon.session.HostAnnouncement;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this host known to all schedulers: at the start, at every interval, when a scheduler
 * appears and, with growing pauses, until one that failed has heard it. Calls run on virtual
 * threads, at most one for each scheduler; the rest is guarded by {@link #lock}.
 */
public final class HostAnnouncer implements HostAnnouncement, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostAnnouncer.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);

  private final Supplier<Host> host;
  private final SchedulerClient client;
  private final Schedulers schedulers;
  private final SchedulerConfig config;
  private final Timers timers;
  private final RandomGenerator random;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<InetSocketAddress, Target> targets = new HashMap<>();
  private final List<Consumer<InetSocketAddress>> greeted = new CopyOnWriteArrayList<>();
  private Timers.@Nullable Timer ticker;
  private boolean closed;

  /** What is known of the announcements to one scheduler. */
  private static final class Target {
    @Nullable CompletableFuture<Void> running;
    Timers.@Nullable Timer retry;
    boolean knowsUs;
    boolean failing;
    final Backoff backoff;

    Target(Backoff backoff) {
      this.backoff = backoff;
    }
  }

  /** An announcer of {@code host}, which may block and is asked anew for each announcement. */
  public HostAnnouncer(
      Supplier<Host> host,
      SchedulerClient client,
      Schedulers schedulers,
      SchedulerConfig config,
      Timers timers,
      RandomGenerator random) {
    this.host = host;
    this.client = client;
    this.schedulers = schedulers;
    this.config = config;
    this.timers = timers;
    this.random = random;
  }

  /** Begins to announce; returns at once, whether schedulers are there or not. */
  public void start() {
    schedulers.listen(this::schedulersChanged);
    lock.lock();
    try {
      if (ticker != null || closed) {
        return;
      }
      ticker = timers.every(config.announceInterval(), this::announceAll);
    } finally {
      lock.unlock();
    }
    announceAll();
  }

  /** Calls the listener when a scheduler has heard of this host for the first time or again. */
  public void onGreeted(Consumer<InetSocketAddress> listener) {
    greeted.add(listener);
  }

  @Override
  public void announceNow(InetSocketAddress scheduler) {
    try {
      announce(scheduler).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(
          ErrorCode.CANCELLED, "announcing this host to " + scheduler + " was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DragonflyException failure) {
        throw failure;
      }
      throw new DragonflyException(
          ErrorCode.INTERNAL, "announcing this host to " + scheduler + " failed", e.getCause());
    }
  }

  /** Tells all schedulers that this host leaves, within the configured bound. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      if (ticker != null) {
        ticker.cancel();
      }
      targets.values().forEach(HostAnnouncer::cancelRetry);
    } finally {
      lock.unlock();
    }
    leave();
  }

  private void leave() {
    Duration bound = config.leaveTimeout();
    List<CompletableFuture<Void>> told = new ArrayList<>();
    for (InetSocketAddress scheduler : schedulers.current()) {
      CompletableFuture<Void> one = new CompletableFuture<>();
      told.add(one);
      Threads.virtual(
          "host-leave",
          () -> {
            try {
              client.deleteHost(scheduler, bound);
            } catch (DragonflyException e) {
              LOG.info("leaving not told scheduler={} reason={}", scheduler, e.getMessage());
            } finally {
              one.complete(null);
            }
          });
    }
    try {
      CompletableFuture.allOf(told.toArray(CompletableFuture[]::new))
          .get(bound.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.info("leaving not told in time waited={}", bound);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void schedulersChanged(List<InetSocketAddress> now) {
    List<InetSocketAddress> appeared;
    lock.lock();
    try {
      targets
          .entrySet()
          .removeIf(entry -> {
            boolean gone = !now.contains(entry.getKey());
            if (gone) {
              cancelRetry(entry.getValue());
            }
            return gone;
          });
      appeared = now.stream().filter(address -> !targets.containsKey(address)).toList();
    } finally {
      lock.unlock();
    }
    appeared.forEach(this::announce);
  }

  private void announceAll() {
    schedulers.current().forEach(this::announce);
  }

  /** Joins the announcement that runs, or begins one. */
  private CompletableFuture<Void> announce(InetSocketAddress scheduler) {
    lock.lock();
    try {
      if (closed) {
        return CompletableFuture.failedFuture(
            new DragonflyException(ErrorCode.CANCELLED, "this daemon is stopping"));
      }
      Target target = targets.computeIfAbsent(scheduler, address -> new Target(newBackoff()));
      if (target.running != null) {
        return target.running;
      }
      cancelRetry(target);
      CompletableFuture<Void> running = new CompletableFuture<>();
      target.running = running;
      Threads.virtual("host-announce", () -> tell(scheduler, target, running));
      return running;
    } finally {
      lock.unlock();
    }
  }

  private void tell(InetSocketAddress scheduler, Target target, CompletableFuture<Void> running) {
    try {
      client.announceHost(scheduler, host.get(), config.announceInterval());
    } catch (RuntimeException e) {
      failed(scheduler, target, e);
      running.completeExceptionally(e);
      return;
    }
    boolean first = succeeded(target);
    running.complete(null);
    if (first) {
      LOG.info("host announced scheduler={}", scheduler);
      greeted.forEach(listener -> listener.accept(scheduler));
    }
  }

  private boolean succeeded(Target target) {
    lock.lock();
    try {
      boolean first = !target.knowsUs;
      target.running = null;
      target.knowsUs = true;
      target.failing = false;
      target.backoff.reset();
      return first;
    } finally {
      lock.unlock();
    }
  }

  private void failed(InetSocketAddress scheduler, Target target, RuntimeException failure) {
    lock.lock();
    try {
      target.running = null;
      target.knowsUs = false;
      if (!target.failing) {
        target.failing = true;
        LOG.warn("host not announced scheduler={} reason={}", scheduler, failure.toString());
      }
      if (!closed && schedulers.current().contains(scheduler)) {
        target.retry = timers.after(target.backoff.next(), () -> announce(scheduler));
      }
    } finally {
      lock.unlock();
    }
  }

  private Backoff newBackoff() {
    return new Backoff(FIRST_RETRY, config.announceInterval(), random);
  }

  private static void cancelRetry(Target target) {
    if (target.retry != null) {
      target.retry.cancel();
      target.retry = null;
    }
  }
}
