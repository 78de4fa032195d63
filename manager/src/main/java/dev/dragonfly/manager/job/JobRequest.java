package dev.dragonfly.manager.job;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A job that somebody asks for.
 *
 * @param args by the type
 * @param schedulerClusterIds absent and empty: all clusters
 * @param seedPeerClusterIds taken and ignored, as existing clients expect
 */
record JobRequest(
    @Nullable String type,
    @Nullable @Size(max = 1024) String bio,
    @Nullable Map<String, JsonNode> args,
    @Nullable @PositiveOrZero Long userId,
    @Nullable @Size(max = 1_000) List<@NotNull @Positive Long> schedulerClusterIds,
    @Nullable List<Long> seedPeerClusterIds) {
  List<Long> clusterIds() {
    return schedulerClusterIds == null ? List.of() : schedulerClusterIds;
  }

  String description() {
    return bio == null ? "" : bio;
  }

  long user() {
    return userId == null ? 0 : userId;
  }

  /** Without arguments, which may be secret. */
  @Override
  public String toString() {
    return "JobRequest[" + type + "]";
  }
}
