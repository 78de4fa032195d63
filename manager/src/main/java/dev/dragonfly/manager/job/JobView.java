package dev.dragonfly.manager.job;

import dev.dragonfly.manager.cluster.SchedulerClusterView;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.user.UserView;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A job as REST shows it; what was not loaded is null.
 *
 * @param result null in the answer to its creation, {} until something has ended
 */
record JobView(
    long id,
    Instant createdAt,
    Instant updatedAt,
    int isDel,
    String taskId,
    String bio,
    String type,
    @Schema(allowableValues = {"PENDING", "SUCCESS", "FAILURE"}) String state,
    JsonNode args,
    @Nullable JsonNode result,
    long userId,
    UserView user,
    @Nullable List<Object> seedPeerClusters,
    @Nullable List<SchedulerClusterView> schedulerClusters) {

  /** As it was just made. */
  static JobView made(JobRow row, List<SchedulerClusterView> clusters) {
    return of(row, Optional.empty(), UserView.NOBODY, null, clusters);
  }

  /** In a list: its clusters are not loaded. */
  static JobView listed(JobRow row, UserView user) {
    return of(row, result(row), user, null, null);
  }

  /** With all that belongs to it. */
  static JobView whole(JobRow row, UserView user, List<SchedulerClusterView> clusters) {
    return of(row, result(row), user, List.of(), clusters);
  }

  private static Optional<JsonDocument> result(JobRow row) {
    return row.result().or(() -> Optional.of(JsonDocument.EMPTY));
  }

  private static JobView of(
      JobRow row,
      Optional<JsonDocument> result,
      UserView user,
      @Nullable List<Object> seedPeerClusters,
      @Nullable List<SchedulerClusterView> clusters) {
    return new JobView(
        row.id(),
        row.createdAt(),
        row.updatedAt(),
        0,
        row.taskId(),
        row.bio(),
        row.type().word(),
        row.state().name(),
        row.args().node(),
        result.map(JsonDocument::node).orElse(null),
        row.userId(),
        user,
        seedPeerClusters,
        clusters);
  }
}
