package dev.dragonfly.manager.cluster;

import static dev.dragonfly.manager.rest.RowChange.given;

import dev.dragonfly.manager.cluster.ClusterConfigs.PeerConfig;
import dev.dragonfly.manager.cluster.ClusterConfigs.SchedulerConfig;
import dev.dragonfly.manager.cluster.ClusterConfigs.Scopes;
import dev.dragonfly.manager.cluster.ClusterConfigs.SeedPeerConfig;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.rest.Creation;
import dev.dragonfly.manager.rest.Required;
import dev.dragonfly.manager.rest.RowChange;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * A new pair of a scheduler and a seed peer cluster, or what to change of one. An absent {@code
 * is_default} means false.
 */
record ClusterChange(
    @Nullable @Required(groups = Creation.class) @Size(max = 256) String name,
    @Nullable @Size(max = 1024) String bio,
    @Nullable @Valid Scopes scopes,
    @Nullable @Required(groups = Creation.class) @Valid SchedulerConfig schedulerClusterConfig,
    @Nullable @Required(groups = Creation.class) @Valid SeedPeerConfig seedPeerClusterConfig,
    @Nullable @Required(groups = Creation.class) @Valid PeerConfig peerClusterConfig,
    @Nullable Boolean isDefault)
    implements RowChange<SchedulerCluster> {

  @Override
  public void applyTo(SchedulerCluster cluster) {
    given(name, cluster::rename);
    given(bio, cluster::describe);
    given(schedulerClusterConfig, value -> cluster.configure(JsonDocument.written(value)));
    given(peerClusterConfig, value -> cluster.configureClients(JsonDocument.written(value)));
    given(
        seedPeerClusterConfig, value -> cluster.configureSeedClients(JsonDocument.written(value)));
    given(scopes, value -> cluster.limitTo(JsonDocument.written(value)));
    cluster.makeDefault(Boolean.TRUE.equals(isDefault));
  }

  /** What is the seed peer cluster's share. */
  SeedPeerClusterChange forSeedPeers() {
    return new SeedPeerClusterChange(name, bio, seedPeerClusterConfig);
  }
}
