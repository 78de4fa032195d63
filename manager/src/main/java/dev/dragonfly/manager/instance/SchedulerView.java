package dev.dragonfly.manager.instance;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A scheduler as REST shows it. */
record SchedulerView(
    long id,
    Instant createdAt,
    Instant updatedAt,
    int isDel,
    String hostName,
    String idc,
    String location,
    JsonNode config,
    String ip,
    int port,
    String state,
    List<String> features,
    @Nullable Instant lastKeepAliveAt,
    long schedulerClusterId) {

  static SchedulerView of(SchedulerRow row) {
    return new SchedulerView(
        row.id(),
        row.createdAt(),
        row.updatedAt(),
        0,
        row.hostName(),
        row.idc(),
        row.location(),
        row.config().node(),
        row.ip(),
        row.port(),
        row.state().word(),
        row.features(),
        row.lastKeepAliveAt().orElse(null),
        row.schedulerClusterId());
  }
}
