package dev.dragonfly.manager.cluster;

import static dev.dragonfly.manager.rest.RowChange.given;

import dev.dragonfly.manager.cluster.ClusterConfigs.SeedPeerConfig;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.rest.Creation;
import dev.dragonfly.manager.rest.Required;
import dev.dragonfly.manager.rest.RowChange;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A new seed peer cluster, or what to change of one. */
record SeedPeerClusterChange(
    @Nullable @Required(groups = Creation.class) @Size(max = 256) String name,
    @Nullable @Size(max = 1024) String bio,
    @Nullable @Required(groups = Creation.class) @Valid SeedPeerConfig config)
    implements RowChange<SeedPeerCluster> {
  @Override
  public void applyTo(SeedPeerCluster cluster) {
    given(name, cluster::rename);
    given(bio, cluster::describe);
    given(config, value -> cluster.configure(JsonDocument.written(value)));
  }
}
