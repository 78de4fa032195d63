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

/** The schedulers over REST. */
@RestController
@RequestMapping("/api/v1/schedulers")
@Tag(name = "schedulers")
final class SchedulerController {
  private final SchedulerStore store;

  SchedulerController(SchedulerStore store) {
    this.store = store;
  }

  @GetMapping
  @Operation(summary = "List schedulers")
  ResponseEntity<List<SchedulerView>> list(
      @ParameterObject InstanceQuery query,
      @RequestParam(name = "scheduler_cluster_id", defaultValue = "0") long clusterId) {
    return Pages.answer(
        store.matching(
            query.hostName(),
            query.ip(),
            query.idc(),
            query.location(),
            query.state(),
            clusterId,
            query.pageable()),
        SchedulerView::of);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Show a scheduler")
  SchedulerView get(@PathVariable long id) {
    return store
        .find(Ids.check(id))
        .map(SchedulerView::of)
        .orElseThrow(() -> Ids.notFound("scheduler", id));
  }
}
