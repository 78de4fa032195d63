package dev.dragonfly.scheduler.dynconfig;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.observe.LogPause;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again what the manager says of the cluster: at every interval, and soon when a
 * seed announces itself that is not listed, so that a new seed is asked seconds after its start.
 * While the manager can't be asked, the last known values stay. Looks run on virtual threads, one
 * at a time and at most one a second; fields are guarded by this object's monitor.
 */
public final class ClusterRefresh implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterRefresh.class);
  private static final Duration GAP = Duration.ofSeconds(1);

  /** A seed may announce itself before it is registered: looks after 1, 2, 4 and 8 seconds. */
  private static final int RETRIES = 4;

  private final Optional<Supplier<Cluster>> manager;
  private final ClusterLimits limits;
  private final ListedSeeds seeds;
  private final Duration interval;
  private final Time time;
  private final Timers timers;
  private final Executor executor;
  private final LogPause logPause;
  private Timers.@Nullable Timer every;
  private Timers.@Nullable Timer next;
  private boolean looking;
  private boolean wanted;
  private boolean once;
  private boolean closed;
  private long lookedAt;
  private int retries;

  /**
   * @param manager asks the manager and may block; absent where there is none
   * @param executor makes virtual threads
   */
  public ClusterRefresh(
      Optional<Supplier<Cluster>> manager,
      ClusterLimits limits,
      ListedSeeds seeds,
      Duration interval,
      Time time,
      Timers timers,
      Executor executor) {
    this.manager = manager;
    this.limits = limits;
    this.seeds = seeds;
    this.interval = interval;
    this.time = time;
    this.timers = timers;
    this.executor = executor;
    this.logPause = new LogPause(time);
  }

  /** Looks now and then at every interval. */
  public synchronized void start() {
    if (manager.isEmpty() && seeds.believesNobody()) {
      LOG.warn(
          "no seed is ever asked: there is no manager, seed.addresses names none and security.anySeed is off");
    }
    executor.execute(this::look);
    every =
        timers.every(
            interval,
            () -> {
              seeds.forgetStrangers();
              executor.execute(this::look);
            });
  }

  /** Looks as soon as it may. */
  public synchronized void soon() {
    retries = RETRIES;
    if (looking) {
      // What runs may have asked before that of which this is told.
      wanted = true;
      return;
    }
    Duration since = Duration.ofNanos(time.nanos() - lookedAt);
    if (once && since.compareTo(GAP) < 0) {
      lookAfter(GAP.minus(since));
      return;
    }
    executor.execute(this::look);
  }

  /** This scheduler has been taken in, so the manager may say more than a moment ago. */
  public synchronized void registered() {
    once = false;
    soon();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (every != null) {
      every.cancel();
    }
    if (next != null) {
      next.cancel();
    }
  }

  private void look() {
    synchronized (this) {
      if (closed || looking) {
        return;
      }
      looking = true;
      once = true;
      lookedAt = time.nanos();
    }
    try {
      seeds.resolve();
      if (manager.isPresent()) {
        Cluster cluster = manager.get().get();
        limits.apply(cluster);
        seeds.replace(cluster.seeds());
      }
    } catch (DragonflyException e) {
      LOG.debug("cluster not refreshed reason=\"{}\"", e.getMessage());
    } finally {
      looked();
    }
  }

  private synchronized void looked() {
    looking = false;
    if (wanted) {
      wanted = false;
      soon();
      return;
    }
    if (seeds.strangers() == 0) {
      return;
    }
    if (retries > 0 && manager.isPresent()) {
      lookAfter(GAP.multipliedBy(1L << (RETRIES - retries)));
      retries--;
      return;
    }
    if (logPause.isOver("strangers")) {
      LOG.warn(
          "announced seeds are not listed, they count as peers seeds={}", seeds.someStrangers());
    }
  }

  /** With the monitor held. */
  private void lookAfter(Duration pause) {
    if (next != null) {
      next.cancel();
    }
    if (!closed) {
      next = timers.after(pause, () -> executor.execute(this::look));
    }
  }
}
