package dev.dragonfly.manager.cluster;

import static dev.dragonfly.manager.rest.RowChange.given;

import dev.dragonfly.manager.cluster.ClusterConfigs.PeerConfig;
import dev.dragonfly.manager.cluster.ClusterConfigs.SchedulerConfig;
import dev.dragonfly.manager.cluster.ClusterConfigs.Scopes;
import dev.dragonfly.manager.cluster.ClusterConfigs.SeedClientConfig;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.rest.Creation;
import dev.dragonfly.manager.rest.Required;
import dev.dragonfly.manager.rest.RowChange;
import jakarta.validation.Valid;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * A new scheduler cluster, or what to change of one. Absent and empty values change nothing, except
 * that an absent {@code is_default} means false: existing clients rely on both.
 */
record SchedulerClusterChange(
    @Nullable @Required(groups = Creation.class) @Size(max = 256) String name,
    @Nullable @Size(max = 1024) String bio,
    @Nullable @Required(groups = Creation.class) @Valid SchedulerConfig config,
    @Nullable @Required(groups = Creation.class) @Valid PeerConfig clientConfig,
    @Nullable @Required(groups = Creation.class) @Valid SeedClientConfig seedClientConfig,
    @Nullable @Valid Scopes scopes,
    @Nullable Boolean isDefault,
    @Nullable @PositiveOrZero Long seedPeerClusterId)
    implements RowChange<SchedulerCluster> {

  @Override
  public void applyTo(SchedulerCluster cluster) {
    given(name, cluster::rename);
    given(bio, cluster::describe);
    given(config, value -> cluster.configure(JsonDocument.written(value)));
    given(clientConfig, value -> cluster.configureClients(JsonDocument.written(value)));
    given(seedClientConfig, value -> cluster.configureSeedClients(JsonDocument.written(value)));
    given(scopes, value -> cluster.limitTo(JsonDocument.written(value)));
    cluster.makeDefault(Boolean.TRUE.equals(isDefault));
  }
}
