package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.cluster.SchedulerClusterView;
import dev.dragonfly.manager.row.BaseRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A scheduler as REST shows it; its cluster is not loaded. */
record SchedulerView(
    long id,
    Instant createdAt,
    Instant updatedAt,
    int isDel,
    String hostName,
    String idc,
    String location,
    @Schema(implementation = SchedulerChange.Config.class) JsonNode config,
    String ip,
    int port,
    @Schema(allowableValues = {"active", "inactive"}) String state,
    List<String> features,
    Instant lastKeepAliveAt,
    long schedulerClusterId,
    SchedulerClusterView schedulerCluster) {

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
        row.lastKeepAliveAt().orElse(BaseRow.NEVER),
        row.schedulerClusterId(),
        SchedulerClusterView.NONE);
  }
}
