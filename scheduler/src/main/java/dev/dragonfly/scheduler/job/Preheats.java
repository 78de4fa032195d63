package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins preheats, a bounded number at a time, and tells how each ended. Any thread. */
public final class Preheats {
  private static final Logger LOG = LoggerFactory.getLogger(Preheats.class);

  /** Preheats at once: eight managers with all their workers, since one that is refused fails. */
  private static final int MOST_RUNNING = 128;

  private final PreheatServices services;
  private final PreheatMetrics metrics;
  private final Semaphore places = new Semaphore(MOST_RUNNING);

  public Preheats(PreheatServices services, PreheatMetrics metrics) {
    this.services = services;
    this.metrics = metrics;
  }

  /**
   * Plans a preheat and begins it on a thread of its own.
   *
   * @param ended called once, after the last outcome
   * @throws DragonflyException INVALID_ARGUMENT for a URL that has no identity; FAILED_PRECONDITION
   *     when nobody is there whom the order is for; UNAVAILABLE when too many run
   */
  public PreheatRun begin(
      PreheatOrder order,
      HostOrders hosts,
      PreheatListener listener,
      Consumer<Tally.Counts> ended) {
    PreheatPlan plan = plan(order);
    if (!places.tryAcquire()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          MOST_RUNNING + " preheats run at this scheduler; try another scheduler, or again");
    }
    PreheatRun run = new PreheatRun(order, plan, hosts, services, listener);
    boolean begun = false;
    try {
      services.executor().execute(() -> run(order, plan, run, ended));
      begun = true;
    } finally {
      if (!begun) {
        places.release();
      }
    }
    return run;
  }

  private PreheatPlan plan(PreheatOrder order) {
    PreheatPlan plan;
    try {
      plan = PreheatPlan.of(order, services.hosts().list());
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, "urls: " + e.getMessage(), e);
    }
    boolean nobodyReads =
        order.scope() == PreheatScope.ALL_PEERS
            && order.secret()
            && plan.seeds().isEmpty()
            && !services.headersToPeers();
    if (nobodyReads) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          "the order has headers or keys for the source, which only seed peers get that the manager"
              + " or seed.addresses lists, and none is announced; list one, or set"
              + " security.headersToPeers to give them to every host of the cluster");
    }
    return plan;
  }

  private void run(
      PreheatOrder order, PreheatPlan plan, PreheatRun run, Consumer<Tally.Counts> ended) {
    long begun = services.time().nanos();
    metrics.begun();
    Tally.Counts counts = new Tally.Counts(0, 0, 0);
    try {
      LOG.info(
          "preheat begins scope={} contents={} targets={}",
          order.scope().wireName(),
          plan.contents().size(),
          plan.targets().size());
      counts = run.run();
    } finally {
      places.release();
      metrics.ended(counts);
      LOG.info(
          "preheat ended scope={} succeeded={} failed={} originBytes={} millis={}",
          order.scope().wireName(),
          counts.succeeded(),
          counts.failed(),
          counts.originBytes(),
          (services.time().nanos() - begun) / 1_000_000);
      ended.accept(counts);
    }
  }
}
