package dev.dragonfly.manager.user;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Sign in, sign out, renew a session. */
@RestController
@RequestMapping("/api/v1/users")
@Tag(name = "users")
@SecurityRequirements
final class SignInController {
  private static final Logger LOG = LoggerFactory.getLogger(SignInController.class);

  private final UserStore users;
  private final PasswordEncoder passwords;
  private final SessionTokens tokens;
  private final SignInLimiter limiter;

  /** Compared when the name is unknown, so that unknown names take as long as known ones. */
  private final String nobody;

  SignInController(
      UserStore users, PasswordEncoder passwords, SessionTokens tokens, SignInLimiter limiter) {
    this.users = users;
    this.passwords = passwords;
    this.tokens = tokens;
    this.limiter = limiter;
    this.nobody = passwords.encode("");
  }

  @PostMapping("/signin")
  @Operation(summary = "Sign in with a name and a password")
  ResponseEntity<SignedIn> signIn(
      @RequestBody Credentials credentials, HttpServletRequest request) {
    String name = credentials.name() == null ? "" : credentials.name();
    String password = credentials.password() == null ? "" : credentials.password();
    String address = request.getRemoteAddr();
    if (!limiter.enter(address, name)) {
      throw new DragonflyException(
          ErrorCode.RESOURCE_EXHAUSTED, "too many attempts to sign in; wait some seconds");
    }
    boolean success = false;
    try {
      Optional<UserRow> user = users.findByName(name);
      boolean right =
          passwords.matches(password, user.map(UserRow::encryptedPassword).orElse(nobody));
      success = right && user.isPresent() && user.get().isEnabled();
      if (!success) {
        LOG.warn("sign-in refused address={}", address);
        throw unauthorized();
      }
      return signedIn(tokens.begin(user.orElseThrow().id()), request);
    } finally {
      limiter.leave(address, name, success);
    }
  }

  @PostMapping("/signout")
  @Operation(summary = "Forget the session of this browser")
  ResponseEntity<Void> signOut(HttpServletRequest request) {
    return ResponseEntity.ok()
        .header(HttpHeaders.SET_COOKIE, cookie("", Duration.ZERO, request))
        .build();
  }

  @PostMapping("/refresh_token")
  @Operation(summary = "Renew a session, also one that has just ended")
  ResponseEntity<SignedIn> refresh(HttpServletRequest request) {
    Session session =
        SessionFilter.presented(request).stream()
            .flatMap(token -> tokens.readForRenewal(token).stream())
            .findFirst()
            .orElseThrow(SignInController::unauthorized);
    if (users.findById(session.userId()).filter(UserRow::isEnabled).isEmpty()) {
      throw unauthorized();
    }
    return signedIn(tokens.renew(session), request);
  }

  private ResponseEntity<SignedIn> signedIn(Session session, HttpServletRequest request) {
    String token = tokens.token(session);
    Duration age = Duration.between(session.since(), session.until());
    return ResponseEntity.ok()
        .header(HttpHeaders.SET_COOKIE, cookie(token, age, request))
        .body(new SignedIn(token, session.until()));
  }

  /** Readable by scripts, because the console reads the number of the user from it. */
  private static String cookie(String token, Duration age, HttpServletRequest request) {
    return ResponseCookie.from(SessionFilter.COOKIE, token)
        .path("/")
        .maxAge(age)
        .secure(request.isSecure())
        .sameSite("Lax")
        .build()
        .toString();
  }

  private static DragonflyException unauthorized() {
    return new DragonflyException(ErrorCode.UNAUTHENTICATED, "Unauthorized");
  }

  /** What a sign-in needs. */
  record Credentials(@Nullable String name, @Nullable String password) {
    @Override
    public String toString() {
      return "Credentials[name=" + name + "]";
    }
  }

  /** A session: send the token as {@code Authorization: Bearer}, or let the cookie do it. */
  record SignedIn(String token, Instant expire) {}
}
