package dev.dragonfly.manager.setting;

import static dev.dragonfly.manager.rest.RowChange.given;

import dev.dragonfly.manager.rest.Creation;
import dev.dragonfly.manager.rest.EditableRowController;
import dev.dragonfly.manager.rest.Required;
import dev.dragonfly.manager.rest.RowChange;
import dev.dragonfly.manager.rest.RowFilter;
import dev.dragonfly.manager.row.Match;
import dev.dragonfly.manager.row.RowChanges;
import dev.dragonfly.manager.user.UserView;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.web.bind.annotation.BindParam;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Settings over REST, where they are called configs. */
@RestController
@RequestMapping("/api/v1/configs")
@Tag(name = "configs")
final class SettingController
    extends EditableRowController<
        SettingRow,
        SettingController.SettingQuery,
        SettingController.SettingChange,
        SettingController.SettingView> {

  SettingController(SettingStore store, RowChanges changes) {
    super(store, changes, SettingRow::empty, each(SettingView::of));
  }

  /** Which settings a list shall show. */
  record SettingQuery(
      @Nullable String name,
      @Nullable String value,
      @BindParam("user_id") @Parameter(name = "user_id") @Nullable @PositiveOrZero Long userId)
      implements RowFilter<SettingRow> {
    @Override
    public Specification<SettingRow> specification() {
      return new Match<SettingRow>()
          .equal("name", name)
          .equal("value", value)
          .equal("userId", userId)
          .specification();
    }
  }

  /** A new setting, or what to change of one. */
  record SettingChange(
      @Nullable @Required(groups = Creation.class) @Size(max = 256) String name,
      @Nullable @Required(groups = Creation.class) @Size(max = 1024) String value,
      @Nullable @Size(max = 1024) String bio,
      @Nullable @PositiveOrZero @Required(groups = Creation.class) Long userId)
      implements RowChange<SettingRow> {
    @Override
    public void applyTo(SettingRow row) {
      given(name, row::rename);
      given(value, row::setValue);
      given(bio, row::describe);
      given(userId, row::setUser);
    }
  }

  /** A setting as REST shows it. */
  record SettingView(
      long id,
      Instant createdAt,
      Instant updatedAt,
      int isDel,
      String name,
      String value,
      String bio,
      long userId,
      UserView user) {
    static SettingView of(SettingRow row) {
      return new SettingView(
          row.id(),
          row.createdAt(),
          row.updatedAt(),
          0,
          row.name(),
          row.value(),
          row.bio(),
          row.userId(),
          UserView.NOBODY);
    }
  }
}
