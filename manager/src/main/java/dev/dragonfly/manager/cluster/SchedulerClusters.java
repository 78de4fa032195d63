package dev.dragonfly.manager.cluster;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.instance.Registrations;
import dev.dragonfly.manager.instance.SchedulerStore;
import dev.dragonfly.manager.rest.Ids;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.json.JsonMapper;

/** Makes, changes and removes scheduler clusters; each in one transaction. */
@Component
final class SchedulerClusters {
  private static final String KIND = "scheduler cluster";

  private final SchedulerClusterStore clusters;
  private final SeedPeerClusterStore seedPeerClusters;
  private final ClusterLinkStore links;
  private final SchedulerStore schedulers;
  private final Registrations registrations;
  private final TransactionOperations transactions;
  private final Edit edit;

  SchedulerClusters(
      SchedulerClusterStore clusters,
      SeedPeerClusterStore seedPeerClusters,
      ClusterLinkStore links,
      SchedulerStore schedulers,
      Registrations registrations,
      TransactionOperations transactions,
      Edit edit) {
    this.clusters = clusters;
    this.seedPeerClusters = seedPeerClusters;
    this.links = links;
    this.schedulers = schedulers;
    this.registrations = registrations;
    this.transactions = transactions;
    this.edit = edit;
  }

  SchedulerCluster get(long id) {
    return clusters.findById(id).orElseThrow(() -> Ids.notFound(KIND, id));
  }

  /** The seed peer clusters linked to a cluster: none or one. */
  List<SeedPeerCluster> seedPeerClustersOf(long id) {
    return links
        .findById(id)
        .flatMap(link -> seedPeerClusters.findById(link.seedPeerClusterId()))
        .map(List::of)
        .orElse(List.of());
  }

  SchedulerCluster create(SchedulerClusterChange change) {
    require(change.name() != null && !change.name().isEmpty(), "name");
    require(change.config() != null, "config");
    require(change.clientConfig() != null, "client_config");
    return inTransaction(new SchedulerCluster(""), change);
  }

  SchedulerCluster change(long id, SchedulerClusterChange change) {
    return inTransaction(get(id), change);
  }

  /** Refuses while a scheduler belongs to it; tombstones go with it. */
  void remove(long id) {
    transactions.executeWithoutResult(status -> {
      SchedulerCluster cluster = get(id);
      if (!schedulers.inClusters(List.of(id)).isEmpty()) {
        throw new DragonflyException(
            ErrorCode.ALREADY_EXISTS, "scheduler cluster exists scheduler");
      }
      registrations.forgetSchedulersOf(id);
      clusters.delete(cluster);
    });
  }

  private SchedulerCluster inTransaction(SchedulerCluster cluster, SchedulerClusterChange change) {
    SchedulerCluster saved =
        transactions.execute(status -> {
          edit.apply(change, cluster);
          SchedulerCluster stored = clusters.save(cluster);
          link(stored.id(), change.seedPeerClusterId());
          return stored;
        });
    return saved;
  }

  private void link(long id, @Nullable Long seedPeerClusterId) {
    if (seedPeerClusterId == null || seedPeerClusterId == 0) {
      return;
    }
    if (!seedPeerClusters.existsById(seedPeerClusterId)) {
      throw Ids.notFound("seed peer cluster", seedPeerClusterId);
    }
    links.save(new ClusterLink(id, seedPeerClusterId));
  }

  private static void require(boolean present, String field) {
    if (!present) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "tried to create a scheduler cluster, got no " + field + " (expected one)");
    }
  }

  /** Writes a change into a row, with the names and the clock of the manager. */
  @Component
  record Edit(JsonMapper json, Time time) {
    void apply(SchedulerClusterChange change, SchedulerCluster cluster) {
      change.applyTo(cluster, json, time.now());
    }
  }
}
