package dev.dragonfly.manager.job;

import static dev.dragonfly.manager.rest.RowChange.given;

import dev.dragonfly.manager.rest.PageQuery;
import dev.dragonfly.manager.rest.Pages;
import dev.dragonfly.manager.rest.RowFilter;
import dev.dragonfly.manager.row.Match;
import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.BindParam;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Jobs that there are, over REST. */
@RestController
@RequestMapping({"/api/v1/jobs", "/oapi/v1/jobs"})
@Tag(name = "jobs")
final class JobController {
  private static final Sort NEWEST_FIRST = Sort.by("id").descending();

  private final JobStore store;
  private final JobViews views;
  private final RowChanges changes;

  JobController(JobStore store, JobViews views, RowChanges changes) {
    this.store = store;
    this.views = views;
    this.changes = changes;
  }

  @GetMapping
  @Operation(summary = "List in pages, newest first")
  ResponseEntity<List<JobView>> list(
      @Valid @ParameterObject JobQuery filter, @Valid @ParameterObject PageQuery page) {
    return Pages.answer(store, filter.specification(), page.pageable(NEWEST_FIRST), views::listed);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Show one")
  JobView get(@PathVariable @Positive long id) {
    return views.whole(views.find(id));
  }

  @PatchMapping("/{id}")
  @Operation(summary = "Change what is said about one; the job itself stays")
  JobView change(@PathVariable @Positive long id, @RequestBody @Valid JobChange body) {
    return views.whole(changes.change(store, id, body::applyTo));
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Remove one; whoever works on it stops")
  void remove(@PathVariable @Positive long id) {
    changes.remove(store, id, row -> {});
  }

  /** Which jobs a list shall show. */
  record JobQuery(
      @Nullable String type,
      @Nullable
          @Pattern(
              regexp = "PENDING|RECEIVED|STARTED|RETRY|SUCCESS|FAILURE|",
              message = "must be PENDING, RECEIVED, STARTED, RETRY, SUCCESS or FAILURE")
          String state,
      @BindParam("user_id") @Parameter(name = "user_id") @Nullable @PositiveOrZero Long userId)
      implements RowFilter<JobRow> {
    @Override
    public Specification<JobRow> specification() {
      return new Match<JobRow>()
          .equal("type", type)
          .equal("state", state)
          .equal("userId", userId)
          .specification();
    }
  }

  /** What to change of one. */
  record JobChange(@Nullable @Size(max = 1024) String bio, @Nullable @PositiveOrZero Long userId) {
    void applyTo(JobRow row) {
      given(bio, row::describe);
      given(userId, row::setUser);
    }
  }
}
