package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.row.BaseRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A seed peer cluster as REST shows it; what belongs to it is never loaded. */
public record SeedPeerClusterView(
    long id,
    Instant createdAt,
    Instant updatedAt,
    int isDel,
    String name,
    String bio,
    @Schema(implementation = ClusterConfigs.SeedPeerConfig.class) @Nullable JsonNode config,
    @Nullable List<Object> schedulerClusters,
    @Nullable List<Object> seedPeer,
    @Nullable List<Object> jobs) {
  /** Where a cluster belongs that was not looked for. */
  public static final SeedPeerClusterView NONE =
      new SeedPeerClusterView(0, BaseRow.NEVER, BaseRow.NEVER, 0, "", "", null, null, null, null);

  static SeedPeerClusterView of(SeedPeerCluster cluster) {
    return new SeedPeerClusterView(
        cluster.id(),
        cluster.createdAt(),
        cluster.updatedAt(),
        0,
        cluster.name(),
        cluster.bio(),
        cluster.config().node(),
        null,
        null,
        null);
  }
}
