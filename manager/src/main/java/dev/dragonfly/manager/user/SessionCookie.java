package dev.dragonfly.manager.user;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/**
 * How a session travels: as {@code Authorization: Bearer}, as a cookie that the console reads, or
 * as {@code token} in the query.
 */
final class SessionCookie {
  private static final String NAME = "jwt";
  private static final String BEARER = "Bearer ";
  private static final String PARAMETER = "token";

  private SessionCookie() {}

  /** The token that a request brings: a header, which somebody set on purpose, before a cookie. */
  static Optional<String> token(HttpServletRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Optional.of(header.substring(BEARER.length()).strip());
    }
    Cookie[] cookies = request.getCookies();
    Optional<String> cookie =
        cookies == null
            ? Optional.empty()
            : Arrays.stream(cookies)
                .filter(one -> one.getName().equals(NAME))
                .map(Cookie::getValue)
                .findFirst();
    return cookie.or(() -> Optional.ofNullable(request.getParameter(PARAMETER)));
  }

  /** The header that keeps a session. */
  static String of(String token, Session session, HttpServletRequest request) {
    return header(token, Duration.between(session.since(), session.until()), request);
  }

  /** The header that forgets a session. */
  static String none(HttpServletRequest request) {
    return header("", Duration.ZERO, request);
  }

  /** Readable by scripts, because the console reads the number of the user from it. */
  private static String header(String token, Duration age, HttpServletRequest request) {
    return ResponseCookie.from(NAME, token)
        .path("/")
        .maxAge(age)
        .secure(request.isSecure())
        .sameSite("Lax")
        .build()
        .toString();
  }
}
