package dev.dragonfly.manager.user;

import dev.dragonfly.manager.row.BaseRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An account as REST shows it, without anything that lets one in. */
public record UserView(
    long id,
    Instant createdAt,
    Instant updatedAt,
    int isDel,
    String email,
    String name,
    String avatar,
    String phone,
    @Schema(allowableValues = {"enable", "disable"}) String state,
    String location,
    String bio,
    @Nullable List<Object> configs) {
  /** Where somebody belongs who is not known or was not looked for. */
  public static final UserView NOBODY =
      new UserView(0, BaseRow.NEVER, BaseRow.NEVER, 0, "", "", "", "", "", "", "", null);

  static UserView of(UserRow row) {
    return new UserView(
        row.id(),
        row.createdAt(),
        row.updatedAt(),
        0,
        row.email(),
        row.name(),
        row.avatar(),
        row.phone(),
        row.state(),
        row.location(),
        row.bio(),
        null);
  }

  /** The accounts with these numbers, in one query. */
  public static Map<Long, UserView> byId(UserStore store, Collection<Long> ids) {
    return store.findAllById(ids).stream().collect(Collectors.toMap(UserRow::id, UserView::of));
  }
}
