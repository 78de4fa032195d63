package dev.dragonfly.manager.audit;

import dev.dragonfly.manager.rest.PageQuery;
import dev.dragonfly.manager.rest.Pages;
import dev.dragonfly.manager.row.Match;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.BindParam;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Audits over REST, newest first. */
@RestController
@RequestMapping("/api/v1/audits")
@Tag(name = "audits")
final class AuditController {
  private static final Sort NEWEST_FIRST = Sort.by("operatedAt", "id").descending();

  private final AuditStore store;

  AuditController(AuditStore store) {
    this.store = store;
  }

  @GetMapping
  @Operation(summary = "List in pages, newest first")
  ResponseEntity<List<AuditView>> list(
      @Valid @ParameterObject AuditFilterQuery filter, @Valid @ParameterObject PageQuery page) {
    return Pages.answer(
        store,
        filter.specification(),
        page.pageable(NEWEST_FIRST),
        rows -> rows.stream().map(AuditView::of).toList());
  }

  /** Which audits a list shall show. */
  record AuditFilterQuery(
      @BindParam("actor_type")
          @Parameter(name = "actor_type")
          @Nullable
          @Pattern(regexp = "UNKNOWN|USER|PAT|", message = "must be UNKNOWN, USER or PAT")
          String actorType,
      @BindParam("actor_name") @Parameter(name = "actor_name") @Nullable String actorName,
      @BindParam("event_type")
          @Parameter(name = "event_type")
          @Nullable
          @Pattern(regexp = "API|", message = "must be API")
          String eventType,
      @Nullable String operation,
      @Nullable @Pattern(regexp = "SUCCESS|FAILURE|", message = "must be SUCCESS or FAILURE")
          String state,
      @Nullable String path,
      @BindParam("status_code") @Parameter(name = "status_code") @Nullable Integer statusCode) {
    Specification<AuditRow> specification() {
      return new Match<AuditRow>()
          .equal("actorType", actorType)
          .equal("actorName", actorName)
          .equal("eventType", eventType)
          .equal("operation", operation)
          .equal("state", state)
          .equal("path", path)
          .equal("statusCode", statusCode)
          .specification();
    }
  }

  /** An audit as REST shows it. */
  record AuditView(
      long id,
      Instant createdAt,
      Instant updatedAt,
      int isDel,
      String actorType,
      String actorName,
      String eventType,
      String operation,
      Instant operatedAt,
      @Schema(allowableValues = {"SUCCESS", "FAILURE"}) String state,
      String path,
      int statusCode,
      Map<String, Object> detail) {
    static AuditView of(AuditRow row) {
      return new AuditView(
          row.id(),
          row.createdAt(),
          row.updatedAt(),
          0,
          row.actorType(),
          row.actorName(),
          row.eventType(),
          row.operation(),
          row.operatedAt(),
          row.state(),
          row.path(),
          row.statusCode(),
          Map.of());
    }
  }
}
