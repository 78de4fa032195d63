package dev.dragonfly.manager.token;

import dev.dragonfly.manager.rest.Creation;
import dev.dragonfly.manager.rest.EditableRowController;
import dev.dragonfly.manager.rest.RowFilter;
import dev.dragonfly.manager.row.Match;
import dev.dragonfly.manager.row.RowChanges;
import dev.dragonfly.manager.user.UserStore;
import dev.dragonfly.manager.user.UserView;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.annotation.BindParam;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Personal access tokens over REST. */
@RestController
@RequestMapping("/api/v1/personal-access-tokens")
@Tag(name = "personal-access-tokens")
final class TokenController
    extends EditableRowController<TokenRow, TokenController.TokenQuery, TokenChange, TokenView> {
  private final SecureRandom random;

  TokenController(TokenStore store, RowChanges changes, UserStore users, SecureRandom random) {
    super(store, changes, () -> new TokenRow(""), rows -> views(users, rows));
    this.random = random;
  }

  @Override
  public TokenView create(@RequestBody @Validated(Creation.class) TokenChange body) {
    String token = TokenHash.newToken(random);
    TokenRow row = new TokenRow(TokenHash.of(token));
    body.applyTo(row);
    return TokenView.of(changes().create(store(), row, stored -> {}), token, UserView.NOBODY);
  }

  private static List<TokenView> views(UserStore users, List<TokenRow> rows) {
    Map<Long, UserView> owners =
        UserView.byId(users, rows.stream().map(TokenRow::userId).distinct().toList());
    return rows.stream()
        .map(row -> TokenView.of(row, "", owners.getOrDefault(row.userId(), UserView.NOBODY)))
        .toList();
  }

  /** Which tokens a list shall show. */
  record TokenQuery(
      @Nullable @Pattern(regexp = "active|inactive|", message = "must be active or inactive")
          String state,
      @BindParam("user_id") @Parameter(name = "user_id") @Nullable @PositiveOrZero Long userId)
      implements RowFilter<TokenRow> {
    @Override
    public Specification<TokenRow> specification() {
      return new Match<TokenRow>().equal("state", state).equal("userId", userId).specification();
    }
  }
}
