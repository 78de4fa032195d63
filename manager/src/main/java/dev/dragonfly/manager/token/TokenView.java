package dev.dragonfly.manager.token;

import dev.dragonfly.manager.user.UserView;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** A token as REST shows it. */
record TokenView(
    long id,
    Instant createdAt,
    Instant updatedAt,
    int isDel,
    String name,
    String bio,
    String token,
    List<String> scopes,
    @Schema(allowableValues = {"active", "inactive"}) String state,
    Instant expiredAt,
    long userId,
    UserView user) {

  /** The token itself is shown once, at its creation; later it is empty. */
  static TokenView of(TokenRow row, String token, UserView user) {
    return new TokenView(
        row.id(),
        row.createdAt(),
        row.updatedAt(),
        0,
        row.name(),
        row.bio(),
        token,
        row.scopes(),
        row.state(),
        row.expiredAt(),
        row.userId(),
        user);
  }
}
