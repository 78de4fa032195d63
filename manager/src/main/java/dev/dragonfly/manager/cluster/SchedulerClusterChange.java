package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A new scheduler cluster, or what to change of one. Absent and empty values change nothing, except
 * that an absent {@code is_default} means false: existing clients rely on both.
 */
record SchedulerClusterChange(
    @Nullable @Size(max = 256) String name,
    @Nullable @Size(max = 1024) String bio,
    @Nullable @Valid SchedulerConfig config,
    @Nullable @Valid PeerConfig clientConfig,
    @Nullable @Valid SeedPeerConfig seedClientConfig,
    @Nullable Scopes scopes,
    @Nullable Boolean isDefault,
    @Nullable Long seedPeerClusterId) {

  /** How schedulers choose parents and take jobs; absent and 0 leave it to them. */
  record SchedulerConfig(
      @Nullable @Min(0) @Max(20) Integer candidateParentLimit,
      @Nullable @Min(0) @Max(1000) Integer filterParentLimit,
      @Nullable @Min(0) @Max(1_000_000) Integer jobRateLimit) {}

  /** How much an ordinary peer uploads at once, and what it refuses. */
  record PeerConfig(
      @Nullable @Min(0) @Max(2000) Integer loadLimit, @Nullable BlockList blockList) {}

  /** How much a seed peer uploads at once, and what it refuses. */
  record SeedPeerConfig(
      @Nullable @Min(0) @Max(50_000) Integer loadLimit, @Nullable BlockList blockList) {}

  /** Whom the cluster is meant for. */
  record Scopes(
      @Nullable String idc,
      @Nullable String location,
      @Nullable List<String> cidrs,
      @Nullable List<String> hostnames) {}

  void applyTo(SchedulerCluster cluster, JsonMapper json, Instant now) {
    set(name, cluster::rename);
    set(bio, cluster::describe);
    set(config, json, cluster::configure);
    set(clientConfig, json, cluster::configureClients);
    set(seedClientConfig, json, cluster::configureSeedClients);
    set(scopes, json, cluster::limitTo);
    cluster.makeDefault(Boolean.TRUE.equals(isDefault));
    cluster.touch(now);
  }

  private static void set(@Nullable String text, Consumer<String> setter) {
    if (text != null && !text.isEmpty()) {
      setter.accept(text);
    }
  }

  private static void set(@Nullable Object value, JsonMapper json, Consumer<JsonDocument> setter) {
    if (value != null) {
      setter.accept(JsonDocument.of(json.valueToTree(value)).withoutNulls());
    }
  }
}
