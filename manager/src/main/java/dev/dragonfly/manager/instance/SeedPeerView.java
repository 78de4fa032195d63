package dev.dragonfly.manager.instance;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A seed peer as REST shows it. */
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
    String state,
    @Nullable Instant lastKeepAliveAt,
    long seedPeerClusterId) {

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
        row.lastKeepAliveAt().orElse(null),
        row.seedPeerClusterId());
  }
}
