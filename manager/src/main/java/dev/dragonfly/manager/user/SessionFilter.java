package dev.dragonfly.manager.user;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Finds out who calls: the first valid session among the cookie and the bearer token. */
final class SessionFilter extends OncePerRequestFilter {
  static final String COOKIE = "jwt";
  private static final String BEARER = "Bearer ";

  private final SessionTokens tokens;
  private final UserStore users;

  SessionFilter(SessionTokens tokens, UserStore users) {
    this.tokens = tokens;
    this.users = users;
  }

  /** The tokens a request brings, valid or not. */
  static List<String> presented(HttpServletRequest request) {
    List<String> presented = new ArrayList<>();
    Cookie[] cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie cookie : cookies) {
        if (cookie.getName().equals(COOKIE)) {
          presented.add(cookie.getValue());
        }
      }
    }
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      presented.add(header.substring(BEARER.length()).strip());
    }
    return presented;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    presented(request).stream()
        .flatMap(token -> tokens.read(token).stream())
        .findFirst()
        .flatMap(this::user)
        .ifPresent(SessionFilter::authenticate);
    chain.doFilter(request, response);
  }

  private Optional<UserRow> user(Session session) {
    return users.findById(session.userId()).filter(UserRow::isEnabled);
  }

  private static void authenticate(UserRow user) {
    SecurityContext context = SecurityContextHolder.createEmptyContext();
    context.setAuthentication(
        UsernamePasswordAuthenticationToken.authenticated(
            user.name(), null, List.of(new SimpleGrantedAuthority(user.role()))));
    SecurityContextHolder.setContext(context);
  }
}
