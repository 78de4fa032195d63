package dev.dragonfly.manager.rest;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.filter.OncePerRequestFilter;

/** Sends who wrote a slash too many to the path without it, as existing clients expect. */
final class PlainPaths extends OncePerRequestFilter {
  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String path = request.getRequestURI();
    if (!path.endsWith("/") || path.contains("//") || !isOurs(path)) {
      chain.doFilter(request, response);
      return;
    }
    String query = request.getQueryString();
    String target = path.substring(0, path.length() - 1);
    response.setStatus(
        request.getMethod().equals(HttpMethod.GET.name())
            ? HttpServletResponse.SC_MOVED_PERMANENTLY
            : HttpServletResponse.SC_TEMPORARY_REDIRECT);
    response.setHeader(HttpHeaders.LOCATION, query == null ? target : target + "?" + query);
  }

  private static boolean isOurs(String path) {
    return path.startsWith("/api/") || path.startsWith("/oapi/") || path.equals("/healthy/");
  }
}
