package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.cluster.ClusterConfigs.PeerConfig;
import dev.dragonfly.manager.cluster.ClusterConfigs.SchedulerConfig;
import dev.dragonfly.manager.cluster.ClusterConfigs.Scopes;
import dev.dragonfly.manager.cluster.ClusterConfigs.SeedPeerConfig;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A pair of clusters as REST shows it, under the number of the scheduler cluster. */
record ClusterView(
    long id,
    String name,
    String bio,
    @Nullable Scopes scopes,
    long schedulerClusterId,
    long seedPeerClusterId,
    @Nullable SchedulerConfig schedulerClusterConfig,
    @Nullable SeedPeerConfig seedPeerClusterConfig,
    @Nullable PeerConfig peerClusterConfig,
    Instant createdAt,
    Instant updatedAt,
    boolean isDefault) {

  /**
   * Without seed peers, which an operator may have taken away, the number of their cluster is 0.
   */
  static ClusterView of(SchedulerCluster row, @Nullable SeedPeerCluster seeds) {
    return new ClusterView(
        row.id(),
        row.name(),
        row.bio(),
        row.scopes().read(Scopes.class),
        row.id(),
        seeds == null ? 0 : seeds.id(),
        row.config().read(SchedulerConfig.class),
        (seeds == null ? row.seedClientConfig() : seeds.config()).read(SeedPeerConfig.class),
        row.clientConfig().read(PeerConfig.class),
        row.createdAt(),
        row.updatedAt(),
        row.isDefault());
  }

  /** The answer to a change: what was not in the body is null, as existing clients expect. */
  static ClusterView of(SchedulerCluster row, @Nullable SeedPeerCluster seeds, ClusterChange body) {
    return new ClusterView(
        row.id(),
        row.name(),
        row.bio(),
        body.scopes(),
        row.id(),
        seeds == null ? 0 : seeds.id(),
        body.schedulerClusterConfig(),
        body.seedPeerClusterConfig(),
        body.peerClusterConfig(),
        row.createdAt(),
        row.updatedAt(),
        row.isDefault());
  }
}
