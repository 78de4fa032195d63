package dev.dragonfly.manager.application;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.rest.EditableRowController;
import dev.dragonfly.manager.rest.RowFilter;
import dev.dragonfly.manager.row.Match;
import dev.dragonfly.manager.row.RowChanges;
import dev.dragonfly.manager.user.UserStore;
import dev.dragonfly.manager.user.UserView;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Applications over REST. */
@RestController
@RequestMapping("/api/v1/applications")
@Tag(name = "applications")
final class ApplicationController
    extends EditableRowController<
        ApplicationRow,
        ApplicationController.ApplicationQuery,
        ApplicationChange,
        ApplicationController.ApplicationView> {

  ApplicationController(ApplicationStore store, RowChanges changes, UserStore users) {
    super(
        store,
        changes,
        () -> new ApplicationRow("", "", JsonDocument.EMPTY),
        rows -> views(users, rows));
  }

  private static List<ApplicationView> views(UserStore users, List<ApplicationRow> rows) {
    Map<Long, UserView> owners =
        UserView.byId(users, rows.stream().map(ApplicationRow::userId).distinct().toList());
    return rows.stream()
        .map(row -> ApplicationView.of(row, owners.getOrDefault(row.userId(), UserView.NOBODY)))
        .toList();
  }

  /** Which applications a list shall show. */
  record ApplicationQuery(@Nullable String name) implements RowFilter<ApplicationRow> {
    @Override
    public Specification<ApplicationRow> specification() {
      return new Match<ApplicationRow>().equal("name", name).specification();
    }
  }

  /** An application as REST shows it. */
  record ApplicationView(
      long id,
      Instant createdAt,
      Instant updatedAt,
      int isDel,
      String name,
      String url,
      String bio,
      @Schema(implementation = ApplicationChange.PriorityRule.class) JsonNode priority,
      long userId,
      UserView user) {
    static ApplicationView of(ApplicationRow row, UserView user) {
      return new ApplicationView(
          row.id(),
          row.createdAt(),
          row.updatedAt(),
          0,
          row.name(),
          row.url(),
          row.bio(),
          row.priority().node(),
          row.userId(),
          user);
    }
  }
}
