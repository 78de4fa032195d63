package dev.dragonfly.manager.peer;

import dev.dragonfly.manager.cluster.SchedulerCluster;
import dev.dragonfly.manager.cluster.SchedulerClusterStore;
import dev.dragonfly.manager.cluster.SchedulerClusterView;
import dev.dragonfly.manager.rest.RowController;
import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Peers over REST; they cannot be changed. */
@RestController
@RequestMapping("/api/v1/peers")
@Tag(name = "peers")
final class PeerController extends RowController<PeerRow, PeerQuery, NewPeer, PeerView> {

  PeerController(PeerStore store, RowChanges changes, SchedulerClusterStore clusters) {
    super(store, changes, PeerRow::empty, rows -> views(clusters, rows));
  }

  private static List<PeerView> views(SchedulerClusterStore clusters, List<PeerRow> rows) {
    Map<Long, SchedulerClusterView> byId =
        clusters
            .findAllById(rows.stream().map(PeerRow::schedulerClusterId).distinct().toList())
            .stream()
            .collect(Collectors.toMap(SchedulerCluster::id, SchedulerClusterView::of));
    return rows.stream()
        .map(
            row -> row.view(byId.getOrDefault(row.schedulerClusterId(), SchedulerClusterView.NONE)))
        .toList();
  }

  @Override
  protected PeerView written(PeerRow row, NewPeer body) {
    return row.view(SchedulerClusterView.NONE);
  }
}
