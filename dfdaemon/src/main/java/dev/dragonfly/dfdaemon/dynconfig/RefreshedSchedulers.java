package dev.dragonfly.dfdaemon.dynconfig;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
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
  private static final Duration RETRY_WHILE_EMPTY = Duration.ofMillis(500);

  private final SchedulerLookup lookup;
  private final Duration interval;
  private final Time time;
  private final Timers timers;
  private final SchedulerList list = new SchedulerList();
  private final ReentrantLock lock = new ReentrantLock();
  private Timers.@Nullable Timer timer;
  private boolean looking;
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
  public static RefreshedSchedulers configured(SchedulerConfig config, Time time, Timers timers) {
    return new RefreshedSchedulers(
        new ConfiguredLookup(config.addresses()), config.refreshInterval(), time, timers);
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
  public void listen(Consumer<List<InetSocketAddress>> listener) {
    list.listen(listener);
  }

  @Override
  public void refresh() {
    lookUnless(true);
  }

  @Override
  public void start() {
    lock.lock();
    try {
      if (timer == null && !closed) {
        timer = timers.every(interval, () -> lookUnless(false));
      }
    } finally {
      lock.unlock();
    }
    lookUnless(false);
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

  private void lookUnless(boolean justLooked) {
    lock.lock();
    try {
      boolean recent = lookedBefore && time.nanos() - lookedAt < SHORTEST_GAP.toNanos();
      if (closed || looking || (justLooked && recent)) {
        return;
      }
      looking = true;
    } finally {
      lock.unlock();
    }
    Threads.virtual("schedulers-lookup", this::look);
  }

  private void look() {
    try {
      List<InetSocketAddress> found = lookup.look(list.current());
      if (list.replace(found)) {
        LOG.info("list of schedulers changed list={}", list.current());
      }
    } catch (DragonflyException e) {
      LOG.warn("list of schedulers kept list={} reason={}", list.current(), e.getMessage());
    } finally {
      lock.lock();
      try {
        looking = false;
        lookedBefore = true;
        lookedAt = time.nanos();
        if (!closed && timer != null && list.current().isEmpty()) {
          timers.after(RETRY_WHILE_EMPTY, () -> lookUnless(false));
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
