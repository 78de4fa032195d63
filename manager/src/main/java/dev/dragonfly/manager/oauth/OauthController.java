package dev.dragonfly.manager.oauth;

import static dev.dragonfly.manager.rest.RowChange.given;

import dev.dragonfly.manager.rest.Creation;
import dev.dragonfly.manager.rest.EditableRowController;
import dev.dragonfly.manager.rest.Required;
import dev.dragonfly.manager.rest.RowChange;
import dev.dragonfly.manager.rest.RowFilter;
import dev.dragonfly.manager.row.Match;
import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.web.bind.annotation.BindParam;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Providers of sign-in over REST; their secrets go in and never come out. */
@RestController
@RequestMapping("/api/v1/oauth")
@Tag(name = "oauth")
final class OauthController
    extends EditableRowController<
        OauthRow,
        OauthController.OauthQuery,
        OauthController.OauthChange,
        OauthController.OauthView> {
  private static final String NAMES = "github|google|";
  private static final String KNOWN = "must be github or google";

  OauthController(OauthStore store, RowChanges changes) {
    super(store, changes, OauthRow::empty, each(OauthView::of));
  }

  /** Which providers a list shall show. */
  record OauthQuery(
      @Nullable @Pattern(regexp = NAMES, message = KNOWN) String name,
      @BindParam("client_id") @Parameter(name = "client_id") @Nullable String clientId)
      implements RowFilter<OauthRow> {
    @Override
    public Specification<OauthRow> specification() {
      return new Match<OauthRow>().equal("name", name).equal("clientId", clientId).specification();
    }
  }

  /** A new provider, or what to change of one. */
  record OauthChange(
      @Nullable @Required(groups = Creation.class) @Pattern(regexp = NAMES, message = KNOWN)
          String name,
      @Nullable @Size(max = 1024) String bio,
      @Nullable @Required(groups = Creation.class) @Size(max = 256) String clientId,
      @Nullable @Required(groups = Creation.class) @Size(max = 1024) String clientSecret,
      @Nullable
          @Size(max = 1024)
          @Pattern(regexp = "https?://[^/\\s]+\\S*|", message = "must be a URL of HTTP")
          String redirectUrl)
      implements RowChange<OauthRow> {
    @Override
    public void applyTo(OauthRow row) {
      given(name, row::rename);
      given(bio, row::describe);
      given(clientId, row::setClientId);
      given(clientSecret, row::setClientSecret);
      given(redirectUrl, row::setRedirectUrl);
    }

    @Override
    public String toString() {
      return "OauthChange[name=" + name + "]";
    }
  }

  /** A provider as REST shows it. */
  record OauthView(
      long id,
      Instant createdAt,
      Instant updatedAt,
      int isDel,
      String name,
      String bio,
      String clientId,
      String redirectUrl) {
    static OauthView of(OauthRow row) {
      return new OauthView(
          row.id(),
          row.createdAt(),
          row.updatedAt(),
          0,
          row.name(),
          row.bio(),
          row.clientId(),
          row.redirectUrl());
    }
  }
}
