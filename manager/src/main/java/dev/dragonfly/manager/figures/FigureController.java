package dev.dragonfly.manager.figures;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.cluster.SchedulerClusterStore;
import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Positive;
import java.time.Instant;
import java.util.List;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Figures over REST, oldest first. */
@RestController
@Tag(name = "figures")
final class FigureController {
  private final Figures figures;
  private final SchedulerClusterStore clusters;
  private final Time time;

  FigureController(Figures figures, SchedulerClusterStore clusters, Time time) {
    this.figures = figures;
    this.clusters = clusters;
    this.time = time;
  }

  @GetMapping("/api/v1/figures")
  @Operation(summary = "What happened in all clusters together, in steps")
  FigureView figures(@ParameterObject FigureQuery query) {
    return view(0, query);
  }

  @GetMapping("/api/v1/clusters/{id}/figures")
  @Operation(summary = "What happened in a cluster, in steps")
  FigureView figuresOfCluster(@PathVariable @Positive long id, @ParameterObject FigureQuery query) {
    if (!clusters.existsById(id)) {
      throw RowChanges.notFound();
    }
    return view(id, query);
  }

  private FigureView view(long clusterId, FigureQuery query) {
    FigureQuery.Window window = query.window(time.now());
    return new FigureView(
        window.from(), window.to(), window.step(), figures.read(clusterId, window));
  }

  /**
   * Figures as REST shows them; steps in which nobody reported are left out.
   *
   * @param step seconds
   * @param points oldest first
   */
  record FigureView(Instant from, Instant to, long step, List<FigurePoint> points) {}
}
