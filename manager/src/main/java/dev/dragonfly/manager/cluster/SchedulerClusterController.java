package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.rest.EditableRowController;
import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Scheduler clusters over REST. */
@RestController
@RequestMapping("/api/v1/scheduler-clusters")
@Tag(name = "scheduler-clusters")
final class SchedulerClusterController
    extends EditableRowController<
        SchedulerCluster,
        NameFilter<SchedulerCluster>,
        SchedulerClusterChange,
        SchedulerClusterView> {
  private final Clusters clusters;

  SchedulerClusterController(SchedulerClusterStore store, RowChanges changes, Clusters clusters) {
    super(store, changes, () -> new SchedulerCluster(""), rows -> views(clusters, rows));
    this.clusters = clusters;
  }

  private static List<SchedulerClusterView> views(Clusters clusters, List<SchedulerCluster> rows) {
    Map<Long, SeedPeerCluster> serving =
        clusters.serving(rows.stream().map(SchedulerCluster::id).toList());
    return rows.stream()
        .map(row -> {
          SeedPeerCluster seeds = serving.get(row.id());
          return SchedulerClusterView.of(
              row, seeds == null ? List.of() : List.of(SeedPeerClusterView.of(seeds)));
        })
        .toList();
  }

  @Override
  protected SchedulerClusterView written(SchedulerCluster row, SchedulerClusterChange body) {
    return SchedulerClusterView.of(row, null);
  }

  @Override
  protected void afterCreation(SchedulerCluster row, SchedulerClusterChange body) {
    Long seeds = body.seedPeerClusterId();
    if (seeds != null && seeds != 0) {
      clusters.link(row.id(), seeds);
    }
  }

  @Override
  protected void beforeRemoval(SchedulerCluster row) {
    clusters.leaveSchedulers(row.id());
  }
}
