package dev.dragonfly.manager.token;

import static dev.dragonfly.manager.rest.ApiSecurity.refuse;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.audit.Actor;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets in who shows a personal access token that is active, not over, and for what the path is
 * about: as {@code access_token} in the query, else as {@code Authorization: Bearer}.
 */
final class TokenFilter extends OncePerRequestFilter {
  private static final String PARAMETER = "access_token";
  private static final String BEARER = "Bearer ";
  private static final String PREFIX = "/oapi/v1/";
  private static final Map<String, String> SCOPES = Map.of("jobs", "job", "clusters", "cluster");

  private final TokenStore store;
  private final Time time;

  TokenFilter(TokenStore store, Time time) {
    this.store = store;
    this.time = time;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !request.getServletPath().startsWith(PREFIX);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Optional<TokenRow> known = presented(request).flatMap(this::find);
    if (known.isEmpty()) {
      refuse(response, HttpServletResponse.SC_UNAUTHORIZED, "Unauthorized");
      return;
    }
    TokenRow token = known.get();
    Actor.token(token.name()).actsIn(request);
    String scope = SCOPES.get(resource(request));
    if (scope == null) {
      refuse(response, HttpServletResponse.SC_NOT_FOUND, "Not Found");
    } else if (!token.state().equals(TokenRow.ACTIVE)) {
      refuse(response, HttpServletResponse.SC_FORBIDDEN, "Token is inactive");
    } else if (!token.expiredAt().isAfter(time.now())) {
      refuse(response, HttpServletResponse.SC_FORBIDDEN, "Token has expired");
    } else if (!token.scopes().contains(scope)) {
      refuse(
          response,
          HttpServletResponse.SC_FORBIDDEN,
          "Token doesn't have permission to access this resource. Required permission: " + scope);
    } else {
      SecurityContext context = SecurityContextHolder.createEmptyContext();
      context.setAuthentication(
          UsernamePasswordAuthenticationToken.authenticated(token.name(), null, List.of()));
      SecurityContextHolder.setContext(context);
      chain.doFilter(request, response);
    }
  }

  private Optional<TokenRow> find(String token) {
    return store.findByTokenHash(TokenHash.of(token));
  }

  private static Optional<String> presented(HttpServletRequest request) {
    String parameter = request.getParameter(PARAMETER);
    if (parameter != null && !parameter.isBlank()) {
      return Optional.of(parameter.strip());
    }
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? Optional.of(header.substring(BEARER.length()).strip())
        : Optional.empty();
  }

  private static String resource(HttpServletRequest request) {
    String rest = request.getServletPath().substring(PREFIX.length());
    int end = rest.indexOf('/');
    return end < 0 ? rest : rest.substring(0, end);
  }
}
