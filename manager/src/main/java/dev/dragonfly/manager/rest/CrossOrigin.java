package dev.dragonfly.manager.rest;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells browsers which other origins may use a session. Others are not refused, which would break a
 * console behind a proxy: the browser keeps the answer from them.
 */
final class CrossOrigin extends OncePerRequestFilter {
  private static final String METHODS = "GET,HEAD,PUT,POST,DELETE,PATCH";
  private static final String EXPOSED = "Link,Location,Authorization";
  private static final String AGE = "600000";

  private final Set<String> allowed;

  CrossOrigin(Collection<String> allowed) {
    this.allowed = Set.copyOf(allowed);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null) {
      chain.doFilter(request, response);
      return;
    }
    response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    boolean known = allowed.contains(origin);
    if (known) {
      response.setHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      response.setHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    if (!request.getMethod().equals(HttpMethod.OPTIONS.name())) {
      if (known) {
        response.setHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
      }
      chain.doFilter(request, response);
      return;
    }
    if (known) {
      response.setHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
      response.setHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, AGE);
      String headers = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
      if (headers != null) {
        response.setHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers);
      }
    }
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }
}
