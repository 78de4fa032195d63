package dev.dragonfly.manager.cachetask;

import dev.dragonfly.manager.rest.PageQuery;
import dev.dragonfly.manager.rest.Pages;
import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.util.List;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.BindParam;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Persistent cache tasks over REST, straight from what schedulers keep. */
@RestController
@RequestMapping("/api/v1/persistent-cache-tasks")
@Tag(name = "persistent-cache-tasks")
final class CacheTaskController {
  private final CacheTasks tasks;

  CacheTaskController(CacheTasks tasks) {
    this.tasks = tasks;
  }

  @GetMapping
  @Operation(summary = "List in pages")
  ResponseEntity<List<CacheTaskView>> list(
      @Valid @ParameterObject Cluster cluster, @Valid @ParameterObject PageQuery query) {
    List<CacheTaskView> all = tasks.list(cluster.schedulerClusterId());
    Pageable page = query.pageable(Sort.unsorted());
    return Pages.answer(
        page, all.size(), all.stream().skip(page.getOffset()).limit(page.getPageSize()).toList());
  }

  @GetMapping("/{id}")
  @Operation(summary = "Show one")
  CacheTaskView get(@PathVariable String id, @Valid @ParameterObject Cluster cluster) {
    return tasks.find(cluster.schedulerClusterId(), id).orElseThrow(RowChanges::notFound);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Forget one; none is fine")
  void remove(@PathVariable String id, @Valid @ParameterObject Cluster cluster) {
    tasks.remove(cluster.schedulerClusterId(), id);
  }

  /** Whose tasks. */
  record Cluster(
      @BindParam("scheduler_cluster_id")
          @Parameter(name = "scheduler_cluster_id")
          @NotNull
          @Positive
          Long schedulerClusterId) {}
}
