package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.constraints.Positive;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where instances belong, under the paths of the clusters; and what schedulers can do. */
@RestController
@RequestMapping("/api/v1")
final class MoveController {
  private final SchedulerStore schedulers;
  private final SeedPeerStore seedPeers;
  private final RowChanges changes;

  MoveController(SchedulerStore schedulers, SeedPeerStore seedPeers, RowChanges changes) {
    this.schedulers = schedulers;
    this.seedPeers = seedPeers;
    this.changes = changes;
  }

  @PutMapping("/scheduler-clusters/{clusterId}/schedulers/{id}")
  @Operation(summary = "Move a scheduler into a cluster", tags = "schedulers")
  void moveScheduler(@PathVariable @Positive long clusterId, @PathVariable @Positive long id) {
    changes.change(schedulers, id, row -> row.moveTo(clusterId));
  }

  @PutMapping("/seed-peer-clusters/{clusterId}/seed-peers/{id}")
  @Operation(summary = "Move a seed peer into a cluster", tags = "seed-peers")
  void moveSeedPeer(@PathVariable @Positive long clusterId, @PathVariable @Positive long id) {
    changes.change(seedPeers, id, row -> row.moveTo(clusterId));
  }

  @GetMapping("/scheduler-features")
  @Operation(summary = "List what schedulers can do", tags = "schedulers")
  List<String> features() {
    return SchedulerRow.FEATURES;
  }
}
