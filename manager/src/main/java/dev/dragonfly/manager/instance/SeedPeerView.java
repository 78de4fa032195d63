package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.cluster.SeedPeerClusterView;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;

/** A seed peer as REST shows it; its cluster is not loaded. */
record SeedPeerView(
    long id,
    Instant createdAt,
    Instant updatedAt,
    int isDel,
    String hostName,
    String type,
    String idc,
    String location,
    String ip,
    int port,
    int downloadPort,
    int objectStoragePort,
    @Schema(allowableValues = {"active", "inactive"}) String state,
    long seedPeerClusterId,
    SeedPeerClusterView seedPeerCluster) {

  static SeedPeerView of(SeedPeerRow row) {
    return new SeedPeerView(
        row.id(),
        row.createdAt(),
        row.updatedAt(),
        0,
        row.hostName(),
        row.type(),
        row.idc(),
        row.location(),
        row.ip(),
        row.port(),
        row.downloadPort(),
        row.objectStoragePort(),
        row.state().word(),
        row.seedPeerClusterId(),
        SeedPeerClusterView.NONE);
  }
}
