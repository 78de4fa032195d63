package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.row.BaseRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A scheduler cluster as REST shows it; what was not loaded is null. */
public record SchedulerClusterView(
    long id,
    Instant createdAt,
    Instant updatedAt,
    int isDel,
    String name,
    String bio,
    @Schema(implementation = ClusterConfigs.SchedulerConfig.class) @Nullable JsonNode config,
    @Schema(implementation = ClusterConfigs.PeerConfig.class) @Nullable JsonNode clientConfig,
    @Schema(implementation = ClusterConfigs.SeedClientConfig.class)
        @Nullable JsonNode seedClientConfig,
    @Schema(implementation = ClusterConfigs.Scopes.class) @Nullable JsonNode scopes,
    boolean isDefault,
    @Nullable List<SeedPeerClusterView> seedPeerClusters,
    @Nullable List<Object> schedulers,
    @Nullable List<Object> peers,
    @Nullable List<Object> jobs) {
  /** Where a cluster belongs that was not looked for. */
  public static final SchedulerClusterView NONE =
      new SchedulerClusterView(
          0,
          BaseRow.NEVER,
          BaseRow.NEVER,
          0,
          "",
          "",
          null,
          null,
          null,
          null,
          false,
          null,
          null,
          null,
          null);

  /** A cluster without what belongs to it. */
  public static SchedulerClusterView of(SchedulerCluster cluster) {
    return of(cluster, null);
  }

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
