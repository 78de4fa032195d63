package dev.dragonfly.manager.cluster;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A seed peer cluster as REST shows it; what was not loaded is null. */
record SeedPeerClusterView(
    long id,
    Instant createdAt,
    Instant updatedAt,
    int isDel,
    String name,
    String bio,
    JsonNode config,
    @Nullable List<SchedulerClusterView> schedulerClusters,
    @Nullable List<Object> seedPeer,
    @Nullable List<Object> jobs) {

  static SeedPeerClusterView of(
      SeedPeerCluster cluster, @Nullable List<SchedulerClusterView> schedulerClusters) {
    return new SeedPeerClusterView(
        cluster.id(),
        cluster.createdAt(),
        cluster.updatedAt(),
        0,
        cluster.name(),
        cluster.bio(),
        cluster.config().node(),
        schedulerClusters,
        null,
        null);
  }
}
