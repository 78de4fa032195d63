package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.rest.Ids;
import dev.dragonfly.manager.rest.Pages;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Pageable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Seed peer clusters over REST. */
@RestController
@RequestMapping("/api/v1/seed-peer-clusters")
@Tag(name = "seed-peer-clusters")
final class SeedPeerClusterController {
  private final SeedPeerClusterStore store;
  private final ClusterLinkStore links;
  private final SchedulerClusterStore schedulerClusters;

  SeedPeerClusterController(
      SeedPeerClusterStore store, ClusterLinkStore links, SchedulerClusterStore schedulerClusters) {
    this.store = store;
    this.links = links;
    this.schedulerClusters = schedulerClusters;
  }

  @GetMapping
  @Operation(summary = "List seed peer clusters")
  ResponseEntity<List<SeedPeerClusterView>> list(
      @RequestParam(defaultValue = "") String name,
      @RequestParam(required = false) @Nullable Integer page,
      @RequestParam(name = "per_page", required = false) @Nullable Integer perPage) {
    Pageable pageable = Pages.of(page, perPage);
    return Pages.answer(
        name.isEmpty()
            ? store.findAllByOrderById(pageable)
            : store.findByNameOrderById(name, pageable),
        this::view);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Show a seed peer cluster")
  SeedPeerClusterView get(@PathVariable long id) {
    return view(
        store.findById(Ids.check(id)).orElseThrow(() -> Ids.notFound("seed peer cluster", id)));
  }

  private SeedPeerClusterView view(SeedPeerCluster cluster) {
    List<Long> ids =
        links.findBySeedPeerClusterIdOrderBySchedulerClusterId(cluster.id()).stream()
            .map(ClusterLink::schedulerClusterId)
            .toList();
    return SeedPeerClusterView.of(
        cluster,
        schedulerClusters.findAllById(ids).stream()
            .map(schedulers -> SchedulerClusterView.of(schedulers, null))
            .toList());
  }
}
