package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.rest.Ids;
import dev.dragonfly.manager.rest.Pages;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The seed peers over REST. */
@RestController
@RequestMapping("/api/v1/seed-peers")
@Tag(name = "seed-peers")
final class SeedPeerController {
  private final SeedPeerStore store;

  SeedPeerController(SeedPeerStore store) {
    this.store = store;
  }

  @GetMapping
  @Operation(summary = "List seed peers")
  ResponseEntity<List<SeedPeerView>> list(
      @ParameterObject InstanceQuery query,
      @RequestParam(name = "seed_peer_cluster_id", defaultValue = "0") long clusterId) {
    return Pages.answer(
        store.matching(
            query.hostName(),
            query.ip(),
            query.idc(),
            query.location(),
            query.state(),
            clusterId,
            query.pageable()),
        SeedPeerView::of);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Show a seed peer")
  SeedPeerView get(@PathVariable long id) {
    return store
        .find(Ids.check(id))
        .map(SeedPeerView::of)
        .orElseThrow(() -> Ids.notFound("seed peer", id));
  }
}
