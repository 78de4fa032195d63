package dev.dragonfly.manager.job;

import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** How far jobs are, over REST: once, or as it goes on. */
@RestController
@RequestMapping({"/api/v1/jobs", "/oapi/v1/jobs"})
@Tag(name = "jobs")
final class JobProgressController {
  private final JobProgressReader reader;
  private final JobEvents events;

  JobProgressController(JobProgressReader reader, JobEvents events) {
    this.reader = reader;
    this.events = events;
  }

  @GetMapping("/{id}/progress")
  @Operation(summary = "Show how far one is, with every content on every host")
  JobProgress.Whole progress(@PathVariable @Positive long id) {
    JobProgress progress = reader.read(id).orElseThrow(RowChanges::notFound);
    return new JobProgress.Whole(progress, reader.changes(id, 0, progress.change()));
  }

  @GetMapping("/{id}/events")
  @Operation(summary = "Listen how one goes, as server-sent events: target, progress, end")
  void events(
      @PathVariable @Positive long id,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable Long seen,
      HttpServletResponse response) {
    events.stream(id, seen == null ? 0 : seen, response);
  }
}
