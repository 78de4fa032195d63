package dev.dragonfly.manager.user;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Sign up, sign in, sign out, renew a session, choose a new password. */
@RestController
@RequestMapping("/api/v1/users")
@Tag(name = "users")
@SecurityRequirements
final class SignInController {
  private static final Logger LOG = LoggerFactory.getLogger(SignInController.class);

  private final Door door;
  private final UserStore users;
  private final PasswordEncoder passwords;
  private final SessionTokens tokens;
  private final SignUps signUps;
  private final RowChanges changes;
  private final JsonMapper json;

  SignInController(
      Door door,
      UserStore users,
      PasswordEncoder passwords,
      SessionTokens tokens,
      SignUps signUps,
      RowChanges changes,
      JsonMapper json) {
    this.door = door;
    this.users = users;
    this.passwords = passwords;
    this.tokens = tokens;
    this.signUps = signUps;
    this.changes = changes;
    this.json = json;
  }

  @PostMapping("/signin")
  @Operation(summary = "Sign in with a name and a password")
  ResponseEntity<SignedIn> signIn(
      @RequestBody(required = false) @Schema(implementation = Credentials.class)
          byte @Nullable [] body,
      HttpServletRequest request) {
    Credentials credentials = credentials(body);
    AtomicReference<@Nullable UserRow> user = new AtomicReference<>();
    boolean right =
        door.gate()
            .check(
                request.getRemoteAddr(),
                () -> {
                  user.set(
                      door.accounts()
                          .signedIn(credentials.name(), credentials.password())
                          .orElse(null));
                  return user.get() != null;
                });
    UserRow known = user.get();
    if (!right || known == null) {
      LOG.warn("sign-in refused address={}", request.getRemoteAddr());
      throw unauthorized();
    }
    return signedIn(tokens.begin(known.id()), request);
  }

  @PostMapping("/signup")
  @Operation(summary = "Make an account with the role guest")
  UserView signUp(@RequestBody @Valid SignUp body) {
    return UserView.of(
        signUps.create(
            body.name(),
            body.email(),
            passwords.encode(body.password()),
            new Profile(null, body.phone(), body.avatar(), body.location(), body.bio())));
  }

  @PostMapping("/signout")
  @Operation(summary = "Forget the session of this browser")
  ResponseEntity<Void> signOut(HttpServletRequest request) {
    return ResponseEntity.ok().header(HttpHeaders.SET_COOKIE, SessionCookie.none(request)).build();
  }

  @PostMapping("/refresh_token")
  @Operation(summary = "Renew a session, also one that has just ended")
  ResponseEntity<SignedIn> refresh(HttpServletRequest request) {
    Session session =
        SessionCookie.token(request)
            .flatMap(tokens::readForRenewal)
            .orElseThrow(SignInController::unauthorized);
    if (users.findById(session.userId()).filter(UserRow::isEnabled).isEmpty()) {
      throw unauthorized();
    }
    return signedIn(tokens.renew(session), request);
  }

  @PostMapping("/{id}/reset_password")
  @Operation(summary = "Choose a new password; the old one says who asks")
  void resetPassword(
      @PathVariable @Positive long id,
      @RequestBody @Valid NewPassword body,
      HttpServletRequest request) {
    UserRow user = users.findById(id).orElseThrow(RowChanges::notFound);
    if (!door.gate()
        .check(
            request.getRemoteAddr(),
            () -> door.accounts().signedIn(user.name(), body.oldPassword()).isPresent())) {
      throw unauthorized();
    }
    String encrypted = passwords.encode(body.newPassword());
    changes.change(users, id, row -> row.setPassword(encrypted));
  }

  /** Whatever is wrong with a sign-in is answered in the same way. */
  private Credentials credentials(byte @Nullable [] body) {
    try {
      Credentials read = json.readValue(body == null ? new byte[0] : body, Credentials.class);
      if (read != null && read.name() != null && read.password() != null) {
        return read;
      }
    } catch (JacksonException e) {
      LOG.debug("sign-in without credentials", e);
    }
    throw unauthorized();
  }

  private ResponseEntity<SignedIn> signedIn(Session session, HttpServletRequest request) {
    String token = tokens.token(session);
    return ResponseEntity.ok()
        .header(HttpHeaders.SET_COOKIE, SessionCookie.of(token, session, request))
        .body(new SignedIn(token, session.until()));
  }

  private static DragonflyException unauthorized() {
    return new DragonflyException(ErrorCode.UNAUTHENTICATED, "Unauthorized");
  }

  /** Where passwords are checked. */
  @Component
  record Door(SignInGate gate, Accounts accounts) {}

  /** What a sign-in needs. */
  record Credentials(String name, String password) {
    @Override
    public String toString() {
      return "Credentials[name=" + name + "]";
    }
  }

  /** A session: send the token as {@code Authorization: Bearer}, or let the cookie do it. */
  record SignedIn(String token, Instant expire) {}

  /** A new account. */
  record SignUp(
      @NotNull @Size(min = 3, max = 10) String name,
      @NotNull @Size(min = 8, max = 20) String password,
      @NotNull @Email @Size(min = 3, max = 256) String email,
      @Nullable @Size(max = 256) String phone,
      @Nullable @Size(max = 256) String avatar,
      @Nullable @Size(max = 256) String location,
      @Nullable @Size(max = 256) String bio) {
    @Override
    public String toString() {
      return "SignUp[name=" + name + "]";
    }
  }

  /** A change of a password. */
  record NewPassword(
      @NotNull @Size(min = 1, max = 128) String oldPassword,
      @NotNull @Size(min = 8, max = 20) String newPassword) {
    @Override
    public String toString() {
      return "NewPassword[]";
    }
  }
}
