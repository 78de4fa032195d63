package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.rest.EditableRowController;
import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** A scheduler cluster and the seed peer cluster that serves it, as one resource. */
@RestController
@RequestMapping({"/api/v1/clusters", "/oapi/v1/clusters"})
@Tag(name = "clusters")
final class ClusterController
    extends EditableRowController<
        SchedulerCluster, NameFilter<SchedulerCluster>, ClusterChange, ClusterView> {
  private final SeedPeerClusterStore seedPeerClusters;
  private final Clusters clusters;

  ClusterController(
      SchedulerClusterStore store,
      RowChanges changes,
      SeedPeerClusterStore seedPeerClusters,
      Clusters clusters) {
    super(store, changes, () -> new SchedulerCluster(""), rows -> views(clusters, rows));
    this.seedPeerClusters = seedPeerClusters;
    this.clusters = clusters;
  }

  private static List<ClusterView> views(Clusters clusters, List<SchedulerCluster> rows) {
    Map<Long, SeedPeerCluster> serving =
        clusters.serving(rows.stream().map(SchedulerCluster::id).toList());
    return rows.stream().map(row -> ClusterView.of(row, serving.get(row.id()))).toList();
  }

  @Override
  protected ClusterView written(SchedulerCluster row, ClusterChange body) {
    return ClusterView.of(row, clusters.serving(row.id()), body);
  }

  @Override
  protected void afterCreation(SchedulerCluster row, ClusterChange body) {
    SeedPeerCluster seeds = new SeedPeerCluster("");
    body.forSeedPeers().applyTo(seeds);
    clusters.link(row.id(), changes().create(seedPeerClusters, seeds, stored -> {}).id());
  }

  @Override
  protected void afterChange(SchedulerCluster row, ClusterChange body) {
    SeedPeerCluster seeds = clusters.serving(row.id());
    if (seeds != null) {
      changes().change(seedPeerClusters, seeds.id(), body.forSeedPeers()::applyTo);
    }
  }

  @Override
  protected void beforeRemoval(SchedulerCluster row) {
    clusters.leaveSchedulers(row.id());
    SeedPeerCluster seeds = clusters.serving(row.id());
    if (seeds != null && !clusters.isShared(seeds.id())) {
      clusters.leaveSeedPeers(seeds.id());
      seedPeerClusters.delete(seeds);
    }
  }
}
