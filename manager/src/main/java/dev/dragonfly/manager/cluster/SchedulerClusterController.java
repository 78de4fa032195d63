package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.rest.Ids;
import dev.dragonfly.manager.rest.Pages;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Pageable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Scheduler clusters over REST. Success is always 200, as the existing clients expect. */
@RestController
@RequestMapping("/api/v1/scheduler-clusters")
@Tag(name = "scheduler-clusters")
final class SchedulerClusterController {
  private final SchedulerClusterStore store;
  private final SchedulerClusters clusters;

  SchedulerClusterController(SchedulerClusterStore store, SchedulerClusters clusters) {
    this.store = store;
    this.clusters = clusters;
  }

  @GetMapping
  @Operation(summary = "List scheduler clusters")
  ResponseEntity<List<SchedulerClusterView>> list(
      @RequestParam(defaultValue = "") String name,
      @RequestParam(required = false) @Nullable Integer page,
      @RequestParam(name = "per_page", required = false) @Nullable Integer perPage) {
    Pageable pageable = Pages.of(page, perPage);
    return Pages.answer(
        name.isEmpty()
            ? store.findAllByOrderById(pageable)
            : store.findByNameOrderById(name, pageable),
        this::withSeedPeerClusters);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Show a scheduler cluster")
  SchedulerClusterView get(@PathVariable long id) {
    return withSeedPeerClusters(clusters.get(Ids.check(id)));
  }

  @PostMapping
  @Operation(summary = "Create a scheduler cluster")
  SchedulerClusterView create(@Valid @RequestBody SchedulerClusterChange change) {
    return SchedulerClusterView.of(clusters.create(change), null);
  }

  @PatchMapping("/{id}")
  @Operation(summary = "Change a scheduler cluster; is_default is always written")
  SchedulerClusterView change(
      @PathVariable long id, @Valid @RequestBody SchedulerClusterChange change) {
    return SchedulerClusterView.of(clusters.change(Ids.check(id), change), null);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Remove a scheduler cluster that has no schedulers")
  void remove(@PathVariable long id) {
    clusters.remove(Ids.check(id));
  }

  private SchedulerClusterView withSeedPeerClusters(SchedulerCluster cluster) {
    return SchedulerClusterView.of(
        cluster,
        clusters.seedPeerClustersOf(cluster.id()).stream()
            .map(seeds -> SeedPeerClusterView.of(seeds, null))
            .toList());
  }
}
