package dev.dragonfly.dfdaemon.dynconfig;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.net.HostNames;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A list that is looked up again and again, each time on a virtual thread, one at a time; often
 * while it is empty. A lookup that fails or finds nothing changes nothing.
 */
public final class RefreshedSchedulers implements Schedulers {
  private static final Logger LOG = LoggerFactory.getLogger(RefreshedSchedulers.class);
  private static final Duration SHORTEST_GAP = Duration.ofSeconds(1);
  private static final Duration STRANGER_GAP = Duration.ofSeconds(5);
  private static final long STRANGER_WAIT_SECONDS = 5;
  private static final Duration RETRY_WHILE_EMPTY = Duration.ofMillis(500);

  private final SchedulerLookup lookup;
  private final Duration interval;
  private final Time time;
  private final Timers timers;
  private final SchedulerList list = new SchedulerList();
  private final ReentrantLock lock = new ReentrantLock();
  private Timers.@Nullable Timer timer;
  private volatile Set<InetAddress> listed = Set.of();
  private @Nullable CompletableFuture<Void> looking;
  private boolean lookedBefore;
  private boolean closed;
  private long lookedAt;

  RefreshedSchedulers(SchedulerLookup lookup, Duration interval, Time time, Timers timers) {
    this.lookup = lookup;
    this.interval = interval;
    this.time = time;
    this.timers = timers;
  }

  /** Schedulers from the configuration; names are resolved at every refresh. */
  public static RefreshedSchedulers configured(
      SchedulerConfig config, HostNames names, Time time, Timers timers) {
    return new RefreshedSchedulers(
        new ConfiguredLookup(config.addresses(), names), config.refreshInterval(), time, timers);
  }

  /** Schedulers that the manager knows, those of the first cluster with a healthy one. */
  public static RefreshedSchedulers fromManager(
      ManagerLookup lookup, ManagerConfig config, Time time, Timers timers) {
    return new RefreshedSchedulers(lookup, config.refreshInterval(), time, timers);
  }

  @Override
  public List<InetSocketAddress> current() {
    return list.current();
  }

  @Override
  public boolean lists(InetAddress address) {
    return listed.contains(address);
  }

  @Override
  public void lookAgain() {
    CompletableFuture<Void> look = lookUnless(STRANGER_GAP);
    try {
      look.get(STRANGER_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.debug("look for schedulers not awaited reason={}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void listen(Consumer<List<InetSocketAddress>> listener) {
    list.listen(listener);
  }

  @Override
  public void refresh() {
    lookUnless(SHORTEST_GAP);
  }

  @Override
  public void start() {
    lock.lock();
    try {
      if (timer == null && !closed) {
        timer = timers.every(interval, () -> lookUnless(Duration.ZERO));
      }
    } finally {
      lock.unlock();
    }
    lookUnless(Duration.ZERO);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (timer != null) {
        timer.cancel();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Looks unless the last look is as young as that; gives the look that runs then, if any. */
  private CompletableFuture<Void> lookUnless(Duration younger) {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    lock.lock();
    try {
      if (looking != null) {
        return looking;
      }
      boolean recent = lookedBefore && time.nanos() - lookedAt < younger.toNanos();
      if (closed || recent) {
        return CompletableFuture.completedFuture(null);
      }
      looking = begun;
    } finally {
      lock.unlock();
    }
    Threads.virtual(
        "schedulers-lookup",
        () -> {
          look();
          begun.complete(null);
        });
    return begun;
  }

  private void look() {
    try {
      SchedulerLookup.Found found = lookup.look(list.current());
      if (!found.listed().isEmpty()) {
        listed = found.listed();
      }
      if (list.replace(found.use())) {
        LOG.info("schedulers changed list={}", list.current());
      }
    } catch (DragonflyException e) {
      LOG.warn("schedulers kept list={} reason={}", list.current(), e.getMessage());
    } finally {
      lock.lock();
      try {
        looking = null;
        lookedBefore = true;
        lookedAt = time.nanos();
        if (!closed && timer != null && list.current().isEmpty()) {
          timers.after(RETRY_WHILE_EMPTY, () -> lookUnless(Duration.ZERO));
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
