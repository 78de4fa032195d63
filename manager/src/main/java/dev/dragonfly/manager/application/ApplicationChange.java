package dev.dragonfly.manager.application;

import static dev.dragonfly.manager.rest.RowChange.given;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.rest.Creation;
import dev.dragonfly.manager.rest.Required;
import dev.dragonfly.manager.rest.RowChange;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A new application, or what to change of one; who does it must be given both times. */
record ApplicationChange(
    @Nullable @Required(groups = Creation.class) @Size(max = 256) String name,
    @Nullable @Required(groups = Creation.class) @Size(max = 1024) String url,
    @Nullable @Size(max = 1024) String bio,
    @Nullable @Required(groups = Creation.class) @Valid PriorityRule priority,
    @NotNull @Positive Long userId)
    implements RowChange<ApplicationRow> {

  /** How important its downloads are, in general and by URL. */
  record PriorityRule(
      @NotNull @Min(0) @Max(20) Integer value,
      @Nullable @Size(max = 1000) List<@NotNull UrlRule> urls) {}

  /** How important the URLs are that match. */
  record UrlRule(@Nullable @Size(max = 1024) String regex, @Nullable Integer value) {}

  @Override
  public void applyTo(ApplicationRow row) {
    given(name, row::rename);
    given(url, row::setUrl);
    given(bio, row::describe);
    given(priority, value -> row.setPriority(JsonDocument.written(value).withoutNulls()));
    given(userId, row::setUser);
  }
}
