package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.dispatch.JobHost;
import dev.dragonfly.manager.dispatch.KnownHost;
import dev.dragonfly.manager.dispatch.OurSchedulers;
import dev.dragonfly.manager.dispatch.PreheatListener;
import dev.dragonfly.manager.dispatch.PreheatOrder;
import dev.dragonfly.manager.dispatch.PreheatOrder.Target;
import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dispatch.SchedulerJobs;
import dev.dragonfly.manager.dispatch.TaskDeletion;
import dev.dragonfly.manager.dispatch.TaskHolder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Schedulers in memory: they do at once what they are told, or what the test says. Safe for any
 * thread.
 */
public final class FakeSchedulers implements SchedulerJobs, OurSchedulers {
  static final JobHost SEED = new JobHost("seed-1", "seed", "10.0.0.5", "super");
  static final long BYTES = 100;

  private final List<PreheatOrder> orders = new CopyOnWriteArrayList<>();
  private final List<Target> fetched = new CopyOnWriteArrayList<>();
  private final Map<String, List<TaskHolder>> holders = new ConcurrentHashMap<>();
  private final List<String> deleted = new CopyOnWriteArrayList<>();
  private final List<KnownHost> known = new CopyOnWriteArrayList<>();
  private volatile String silent = "";
  private volatile Preheat behaviour = this::fetchAll;

  /** How a preheat goes. */
  interface Preheat {
    void run(SchedulerAddress scheduler, PreheatOrder order, PreheatListener listener)
        throws InterruptedException;
  }

  /** As after its making. */
  public void reset() {
    orders.clear();
    fetched.clear();
    holders.clear();
    deleted.clear();
    known.clear();
    silent = "";
    behaviour = this::fetchAll;
  }

  /** Every preheat fails as that of a scheduler without seed peers. */
  public void withoutSeedPeers() {
    behaviour =
        (scheduler, order, listener) -> {
          throw new DragonflyException(
              ErrorCode.FAILED_PRECONDITION,
              "cluster %d scheduler %s no available seed peer"
                  .formatted(scheduler.clusterId(), scheduler.ip()));
        };
  }

  void onPreheat(Preheat next) {
    behaviour = next;
  }

  /** This one does not answer any more. */
  void silence(String hostname) {
    silent = hostname;
  }

  void holds(String taskId, TaskHolder... hosts) {
    holders.put(taskId, List.of(hosts));
  }

  void knows(KnownHost... hosts) {
    known.addAll(List.of(hosts));
  }

  /** What preheats were told, in order. */
  List<PreheatOrder> orders() {
    return new ArrayList<>(orders);
  }

  /** What was really fetched, in order. */
  List<Target> fetched() {
    return new ArrayList<>(fetched);
  }

  List<String> deleted() {
    return new ArrayList<>(deleted);
  }

  /** One host fetches what is not finished. */
  void fetchAll(SchedulerAddress scheduler, PreheatOrder order, PreheatListener listener) {
    plan(order, listener);
    left(order).forEach(target -> fetch(target, listener));
  }

  static void plan(PreheatOrder order, PreheatListener listener) {
    listener.planned(
        order.urls().stream().map(url -> new Target(url, SEED.hostId())).toList(), List.of(SEED));
  }

  static List<Target> left(PreheatOrder order) {
    return order.urls().stream()
        .map(url -> new Target(url, SEED.hostId()))
        .filter(target -> !order.finished().contains(target))
        .toList();
  }

  void fetch(Target target, PreheatListener listener) {
    fetched.add(target);
    listener.progressed(target, BYTES / 2, BYTES);
    listener.ended(target, SEED, BYTES, BYTES, "");
  }

  @Override
  public boolean isOurs(SchedulerAddress scheduler) {
    return true;
  }

  @Override
  public void preheat(SchedulerAddress scheduler, PreheatOrder order, PreheatListener listener) {
    orders.add(order);
    try {
      behaviour.run(scheduler, order, listener);
    } catch (InterruptedException e) {
      throw new DragonflyException(ErrorCode.CANCELLED, "interrupted", e);
    }
  }

  @Override
  public List<TaskHolder> findTask(
      SchedulerAddress scheduler, String taskId, int concurrentPeerCount, Duration timeout) {
    if (scheduler.hostname().equals(silent)) {
      throw new DragonflyException(ErrorCode.DEADLINE_EXCEEDED, "no answer in time");
    }
    return holders.getOrDefault(taskId, List.of());
  }

  @Override
  public List<TaskDeletion> deleteTask(
      SchedulerAddress scheduler, String taskId, Duration timeout) {
    deleted.add(taskId);
    List<TaskHolder> those = holders.remove(taskId);
    return those == null
        ? List.of()
        : those.stream().map(holder -> new TaskDeletion(holder.host(), "")).toList();
  }

  @Override
  public List<KnownHost> hosts(SchedulerAddress scheduler, Duration timeout) {
    return List.copyOf(known);
  }
}
