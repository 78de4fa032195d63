package dev.dragonfly.dfdaemon.holdings;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.client.Holding;
import dev.dragonfly.dfdaemon.client.SchedulerClient;
import dev.dragonfly.dfdaemon.dynconfig.Schedulers;
import dev.dragonfly.dfdaemon.session.HostAnnouncement;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the schedulers what this host holds: at every interval one of them, as they share the
 * graph, and each that has just heard of this host. A fingerprint if nothing changed, else
 * everything in batches. Reports run on one virtual thread, one after the other; guarded by this
 * monitor.
 */
public final class HoldingsReporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HoldingsReporter.class);

  private final Supplier<List<Holding>> holdings;
  private final Schedulers schedulers;
  private final HoldingsDialogue dialogue;
  private final Duration interval;
  private final Timers timers;
  private final HoldingHashes hashes = new HoldingHashes();
  private final Set<InetSocketAddress> greeted = new LinkedHashSet<>();
  private Timers.@Nullable Timer ticker;
  private boolean due;
  private boolean running;
  private boolean closed;

  /**
   * A reporter.
   *
   * @param holdings what is held now; may block
   * @param announcement makes this host known to a scheduler that does not know it
   */
  public HoldingsReporter(
      Supplier<List<Holding>> holdings,
      SchedulerClient client,
      Schedulers schedulers,
      HostAnnouncement announcement,
      Duration interval,
      Time time,
      Timers timers) {
    this.holdings = holdings;
    this.schedulers = schedulers;
    this.dialogue = new HoldingsDialogue(client, announcement, time);
    this.interval = interval;
    this.timers = timers;
  }

  /** Begins to report, the first time after one interval; returns at once. */
  public synchronized void start() {
    if (ticker == null && !closed) {
      ticker = timers.every(interval, this::intervalPassed);
    }
  }

  /** The scheduler has just heard of this host: tell it what is held. Returns at once. */
  public synchronized void greeted(InetSocketAddress scheduler) {
    greeted.add(scheduler);
    wake();
  }

  @Override
  public synchronized void close() {
    closed = true;
    greeted.clear();
    due = false;
    if (ticker != null) {
      ticker.cancel();
    }
  }

  private synchronized void intervalPassed() {
    due = true;
    wake();
  }

  private synchronized void wake() {
    if (!running && !closed) {
      running = true;
      Threads.virtual("holdings-report", this::work);
    }
  }

  private void work() {
    while (true) {
      List<InetSocketAddress> candidates = nextCandidates();
      if (candidates.isEmpty()) {
        return;
      }
      try {
        reportToFirst(candidates);
      } catch (RuntimeException e) {
        LOG.error("holdings not told schedulers={}", candidates, e);
      }
    }
  }

  /** Whom to tell, the next only when the one before failed; empty ends the thread. */
  private synchronized List<InetSocketAddress> nextCandidates() {
    if (!greeted.isEmpty()) {
      InetSocketAddress next = greeted.iterator().next();
      greeted.remove(next);
      return List.of(next);
    }
    List<InetSocketAddress> all = due ? schedulers.current() : List.of();
    due = false;
    running = !all.isEmpty();
    return all;
  }

  private void reportToFirst(List<InetSocketAddress> candidates) {
    HeldTasks held = hashes.of(holdings.get());
    for (InetSocketAddress scheduler : candidates) {
      try {
        if (dialogue.tell(scheduler, held)) {
          break;
        }
      } catch (DragonflyException e) {
        LOG.warn("holdings not told scheduler={} reason={}", scheduler, e.getMessage());
      }
    }
    dialogue.roundIsOver(held);
  }
}
