package dev.dragonfly.manager.token;

import static dev.dragonfly.manager.rest.RowChange.given;

import dev.dragonfly.manager.rest.Creation;
import dev.dragonfly.manager.rest.Required;
import dev.dragonfly.manager.rest.RowChange;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A new token, or what to change of one: the name stays. Empty scopes mean all that there are. */
record TokenChange(
    @Nullable @Required(groups = Creation.class) @Size(max = 256) String name,
    @Nullable @Size(max = 1024) String bio,
    @Nullable @Size(max = 100) List<@NotNull @Size(max = 256) String> scopes,
    @Nullable @Pattern(regexp = "active|inactive|", message = "must be active or inactive")
        String state,
    @Nullable @Required(groups = Creation.class) OffsetDateTime expiredAt,
    @Nullable @PositiveOrZero @Required(groups = Creation.class) Long userId)
    implements RowChange<TokenRow> {
  private static final List<String> ALL = List.of("job", "cluster");

  @Override
  public void applyTo(TokenRow row) {
    boolean isNew = row.id() == 0;
    given(bio, row::describe);
    if (scopes != null || isNew) {
      row.limitTo(scopes == null || scopes.isEmpty() ? ALL : scopes);
    }
    given(expiredAt, time -> row.expireAt(time.toInstant()));
    given(userId, row::setUser);
    if (isNew) {
      given(name, row::rename);
    } else {
      given(state, row::setState);
    }
  }
}
