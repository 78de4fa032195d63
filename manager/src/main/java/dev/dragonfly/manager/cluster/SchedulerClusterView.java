package dev.dragonfly.manager.cluster;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A scheduler cluster as REST shows it; what was not loaded is null. */
record SchedulerClusterView(
    long id,
    Instant createdAt,
    Instant updatedAt,
    int isDel,
    String name,
    String bio,
    JsonNode config,
    JsonNode clientConfig,
    JsonNode seedClientConfig,
    JsonNode scopes,
    boolean isDefault,
    @Nullable List<SeedPeerClusterView> seedPeerClusters,
    @Nullable List<Object> schedulers,
    @Nullable List<Object> peers,
    @Nullable List<Object> jobs) {

  static SchedulerClusterView of(
      SchedulerCluster cluster, @Nullable List<SeedPeerClusterView> seedPeerClusters) {
    return new SchedulerClusterView(
        cluster.id(),
        cluster.createdAt(),
        cluster.updatedAt(),
        0,
        cluster.name(),
        cluster.bio(),
        cluster.config().node(),
        cluster.clientConfig().node(),
        cluster.seedClientConfig().node(),
        cluster.scopes().node(),
        cluster.isDefault(),
        seedPeerClusters,
        null,
        null,
        null);
  }
}
