package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.rest.EditableRowController;
import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Positive;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Seed peer clusters over REST. */
@RestController
@RequestMapping("/api/v1/seed-peer-clusters")
@Tag(name = "seed-peer-clusters")
final class SeedPeerClusterController
    extends EditableRowController<
        SeedPeerCluster, NameFilter<SeedPeerCluster>, SeedPeerClusterChange, SeedPeerClusterView> {
  private final Clusters clusters;

  SeedPeerClusterController(SeedPeerClusterStore store, RowChanges changes, Clusters clusters) {
    super(store, changes, () -> new SeedPeerCluster(""), each(SeedPeerClusterView::of));
    this.clusters = clusters;
  }

  @PutMapping("/{id}/scheduler-clusters/{schedulerClusterId}")
  @Operation(summary = "Let it serve a scheduler cluster, in place of another one")
  void link(@PathVariable @Positive long id, @PathVariable @Positive long schedulerClusterId) {
    clusters.link(schedulerClusterId, id);
  }

  @DeleteMapping("/{id}/scheduler-clusters/{schedulerClusterId}")
  @Operation(summary = "Let it serve a scheduler cluster no longer; 404 when it does not")
  void unlink(@PathVariable @Positive long id, @PathVariable @Positive long schedulerClusterId) {
    clusters.unlink(schedulerClusterId, id);
  }

  @Override
  protected void beforeRemoval(SeedPeerCluster row) {
    clusters.leaveSeedPeers(row.id());
  }
}
