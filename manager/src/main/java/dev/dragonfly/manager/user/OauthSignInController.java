package dev.dragonfly.manager.user;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.oauth.OauthRow;
import dev.dragonfly.manager.oauth.OauthStore;
import dev.dragonfly.manager.oauth.Provider;
import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.NotEmpty;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Sign-in with an account of a provider. A random state travels to the provider and back and must
 * match the one that this browser keeps: nobody can sign somebody else in as himself.
 */
@RestController
@RequestMapping("/api/v1/users/signin")
@Tag(name = "users")
@SecurityRequirements
final class OauthSignInController {
  private static final String STATE_COOKIE = "oauth_state";
  private static final int STATE_BYTES = 24;
  private static final Duration STATE_AGE = Duration.ofMinutes(10);

  private final OauthStore providers;
  private final UserStore users;
  private final SignUps signUps;
  private final SessionTokens tokens;
  private final SecureRandom random;
  private final AuthConfig config;

  OauthSignInController(
      OauthStore providers,
      UserStore users,
      SignUps signUps,
      SessionTokens tokens,
      SecureRandom random,
      AuthConfig config) {
    this.providers = providers;
    this.users = users;
    this.signUps = signUps;
    this.tokens = tokens;
    this.random = random;
    this.config = config;
  }

  @GetMapping("/{name}")
  @Operation(summary = "Go to a provider to sign in")
  ResponseEntity<Void> begin(@PathVariable String name, HttpServletRequest request) {
    OauthRow provider = provider(name);
    byte[] bytes = new byte[STATE_BYTES];
    random.nextBytes(bytes);
    String state = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    return ResponseEntity.status(HttpStatus.FOUND)
        .location(URI.create(Provider.of(provider, config.githubUrl()).authorizationUrl(state)))
        .header(HttpHeaders.SET_COOKIE, stateCookie(state, STATE_AGE, request))
        .build();
  }

  @GetMapping("/{name}/callback")
  @Operation(summary = "Come back from a provider")
  ResponseEntity<Void> end(
      @PathVariable String name,
      @RequestParam @NotEmpty String code,
      @RequestParam(defaultValue = "") String state,
      @CookieValue(name = STATE_COOKIE, required = false) @Nullable String expected,
      HttpServletRequest request) {
    OauthRow provider = provider(name);
    if (expected == null || !same(state, expected)) {
      throw new DragonflyException(
          ErrorCode.UNAUTHENTICATED, "this sign-in was not begun in this browser; begin again");
    }
    UserRow user = account(Provider.of(provider, config.githubUrl()).person(code, state));
    Session session = tokens.begin(user.id());
    return ResponseEntity.status(HttpStatus.FOUND)
        .location(URI.create("/"))
        .header(HttpHeaders.SET_COOKIE, SessionCookie.of(tokens.token(session), session, request))
        .header(HttpHeaders.SET_COOKIE, stateCookie("", Duration.ZERO, request))
        .build();
  }

  /**
   * The account of a person, made at the first time. An account with a password is never taken over
   * by who happens to have the same name elsewhere.
   */
  private UserRow account(Provider.Person person) {
    if (person.name().isEmpty()) {
      throw new DragonflyException(
          ErrorCode.UNAUTHENTICATED, "the provider tells no name; nobody can be signed in");
    }
    UserRow user =
        users
            .findByName(person.name())
            .orElseGet(() ->
                signUps.store(
                    person.name(),
                    person.email(),
                    "",
                    new Profile(null, null, person.avatar(), null, null)));
    if (!user.encryptedPassword().isEmpty() || !user.isEnabled()) {
      throw new DragonflyException(
          ErrorCode.UNAUTHENTICATED, "the account of this name signs in with its password");
    }
    return user;
  }

  private OauthRow provider(String name) {
    return providers.findByName(name).orElseThrow(RowChanges::notFound);
  }

  private static boolean same(String state, String expected) {
    return MessageDigest.isEqual(
        state.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
  }

  private static String stateCookie(String state, Duration age, HttpServletRequest request) {
    return ResponseCookie.from(STATE_COOKIE, state)
        .path("/api/v1/users/signin")
        .maxAge(age)
        .httpOnly(true)
        .secure(request.isSecure())
        .sameSite("Lax")
        .build()
        .toString();
  }
}
