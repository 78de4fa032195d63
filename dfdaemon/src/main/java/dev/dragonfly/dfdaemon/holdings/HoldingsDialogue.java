package dev.dragonfly.dfdaemon.holdings;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.client.Holding;
import dev.dragonfly.dfdaemon.client.HoldingsBatch;
import dev.dragonfly.dfdaemon.client.SchedulerClient;
import dev.dragonfly.dfdaemon.session.HostAnnouncement;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said to a scheduler about holdings: nothing but a fingerprint when nothing changed, what
 * changed when it still knows the last report, everything when it does not or the last time is long
 * ago; and which tasks are gone. Blocks; used by one thread.
 */
final class HoldingsDialogue {
  private static final Logger LOG = LoggerFactory.getLogger(HoldingsDialogue.class);

  /** Now and then everything is told anyway: it renews the life of tasks. */
  private static final Duration OLDEST_REPORT = Duration.ofHours(6);

  private final SchedulerClient client;
  private final HostAnnouncement announcement;
  private final Time time;
  private Optional<HeldTasks> told = Optional.empty();
  private HeldTasks seen = HeldTasks.NONE;
  private long toldAllAt;

  HoldingsDialogue(SchedulerClient client, HostAnnouncement announcement, Time time) {
    this.client = client;
    this.announcement = announcement;
    this.time = time;
  }

  /**
   * Tells the scheduler; returns whether it shares the graph of our schedulers, so that no other
   * needs to be told.
   *
   * @throws DragonflyException when it could not be told
   */
  boolean tell(InetSocketAddress scheduler, HeldTasks now) {
    long begun = time.nanos();
    Optional<HeldTasks> known = told.filter(report -> !isOld());
    long question = known.orElse(now).fingerprint();
    boolean everything = wantsHoldings(scheduler, question);
    if (client.isUpstream(scheduler)) {
      forget(scheduler, now.goneSince(seen));
      return false;
    }
    if (everything) {
      send(scheduler, now, now.holdings());
    } else if (question != now.fingerprint()) {
      send(scheduler, now, now.changedSince(known.orElse(HeldTasks.NONE)));
    }
    forget(scheduler, now.goneSince(told.orElse(HeldTasks.NONE)));
    if (everything || known.isEmpty()) {
      toldAllAt = begun;
    }
    told = Optional.of(now.summary());
    return true;
  }

  /** All who had to be told have been tried. */
  void roundIsOver(HeldTasks now) {
    seen = now.summary();
  }

  private boolean isOld() {
    return time.nanos() - toldAllAt > OLDEST_REPORT.toNanos();
  }

  private void send(InetSocketAddress scheduler, HeldTasks now, List<Holding> holdings) {
    List<List<Holding>> batches = HoldingsBatches.cut(holdings);
    for (int i = 0; i < batches.size(); i++) {
      boolean last = i == batches.size() - 1;
      client.reportHoldings(
          scheduler, new HoldingsBatch(now.fingerprint(), i, last, batches.get(i)));
    }
    LOG.info(
        "holdings told scheduler={} held={} told={} batches={}",
        scheduler,
        now.holdings().size(),
        holdings.size(),
        batches.size());
  }

  private void forget(InetSocketAddress scheduler, Set<TaskId> gone) {
    for (TaskId task : gone) {
      try {
        client.deleteTask(scheduler, task);
      } catch (DragonflyException e) {
        if (e.code() != ErrorCode.NOT_FOUND) {
          throw e;
        }
        LOG.debug("task gone already scheduler={} task={}", scheduler, task);
      }
    }
  }

  private boolean wantsHoldings(InetSocketAddress scheduler, long fingerprint) {
    try {
      return client.wantsHoldings(scheduler, fingerprint);
    } catch (DragonflyException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      announcement.announceNow(scheduler);
      return client.wantsHoldings(scheduler, fingerprint);
    }
  }
}
