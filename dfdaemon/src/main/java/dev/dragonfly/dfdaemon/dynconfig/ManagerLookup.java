package dev.dragonfly.dfdaemon.dynconfig;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.policy.PolicyText;
import dev.dragonfly.dfdaemon.client.ManagerClient;
import dev.dragonfly.dfdaemon.client.ManagerClient.ListedScheduler;
import dev.dragonfly.dfdaemon.client.ManagerClient.Requester;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

/**
 * Asks the manager and keeps the healthy schedulers of the first cluster that has one. The last
 * good list is kept in a file, so that a daemon that starts while the manager is away finds them.
 */
public final class ManagerLookup implements SchedulerLookup {
  private static final Duration HEALTH_BOUND = Duration.ofSeconds(3);

  private final ManagerClient manager;
  private final Health health;
  private final Requester requester;
  private final LastAnswer<List<InetSocketAddress>> kept;
  private final Consumer<PolicyText> policy;

  /** Tells whether a scheduler serves, within a bound; never throws. */
  @FunctionalInterface
  public interface Health {
    boolean isServing(InetSocketAddress scheduler, Duration bound);
  }

  /**
   * @param policy told at each look what the cluster that is used wants of this host
   */
  public ManagerLookup(
      ManagerClient manager,
      Health health,
      Requester requester,
      LastAnswer<List<InetSocketAddress>> kept,
      Consumer<PolicyText> policy) {
    this.manager = manager;
    this.health = health;
    this.requester = requester;
    this.kept = kept;
    this.policy = policy;
  }

  @Override
  public Found look(List<InetSocketAddress> known) {
    List<ListedScheduler> listed;
    try {
      listed = manager.listSchedulers(requester);
    } catch (DragonflyException e) {
      List<InetSocketAddress> remembered = remembered(known, e);
      return Found.of(remembered, remembered);
    }
    List<InetSocketAddress> all = listed.stream().map(ListedScheduler::address).toList();
    List<InetSocketAddress> healthy = firstHealthyCluster(listed);
    // Whose schedulers are not healthy still says what is refused.
    listed.stream()
        .filter(scheduler -> healthy.isEmpty() || healthy.contains(scheduler.address()))
        .findFirst()
        .ifPresent(scheduler -> policy.accept(scheduler.policy()));
    if (healthy.isEmpty()) {
      return Found.of(known.isEmpty() ? unproven(listed) : List.of(), all);
    }
    kept.save(healthy);
    return Found.of(healthy, all);
  }

  private List<InetSocketAddress> remembered(
      List<InetSocketAddress> known, DragonflyException cause) {
    List<InetSocketAddress> saved = known.isEmpty() ? kept.load() : List.of();
    if (saved.isEmpty()) {
      throw cause;
    }
    return saved;
  }

  /** Nobody answers yet: sessions try them, and tell their downloads so. */
  private List<InetSocketAddress> unproven(List<ListedScheduler> listed) {
    List<InetSocketAddress> saved = kept.load();
    if (!saved.isEmpty() || listed.isEmpty()) {
      return saved;
    }
    long first = listed.getFirst().clusterId();
    return listed.stream()
        .filter(scheduler -> scheduler.clusterId() == first)
        .map(ListedScheduler::address)
        .toList();
  }

  private List<InetSocketAddress> firstHealthyCluster(List<ListedScheduler> listed) {
    Map<Long, List<InetSocketAddress>> clusters = new LinkedHashMap<>();
    for (ListedScheduler scheduler : listed) {
      clusters
          .computeIfAbsent(scheduler.clusterId(), id -> new ArrayList<>())
          .add(scheduler.address());
    }
    for (List<InetSocketAddress> cluster : clusters.values()) {
      List<InetSocketAddress> healthy = healthyOf(cluster);
      if (!healthy.isEmpty()) {
        return healthy;
      }
    }
    return List.of();
  }

  /** Asks all at the same time; each within the bound. */
  private List<InetSocketAddress> healthyOf(List<InetSocketAddress> cluster) {
    List<InetSocketAddress> healthy = new ArrayList<>();
    try (ExecutorService threads = Threads.newVirtualExecutor("scheduler-health")) {
      List<CompletableFuture<Boolean>> answers = new ArrayList<>();
      for (InetSocketAddress address : cluster) {
        answers.add(
            CompletableFuture.supplyAsync(() -> health.isServing(address, HEALTH_BOUND), threads));
      }
      for (int i = 0; i < cluster.size(); i++) {
        if (answers.get(i).join()) {
          healthy.add(cluster.get(i));
        }
      }
    }
    return healthy;
  }
}
