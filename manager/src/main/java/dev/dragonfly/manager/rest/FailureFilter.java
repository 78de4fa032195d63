package dev.dragonfly.manager.rest;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** What fails in a filter, before any controller, becomes the same JSON as what fails in one. */
final class FailureFilter extends OncePerRequestFilter {
  private final HandlerExceptionResolver resolver;

  FailureFilter(HandlerExceptionResolver resolver) {
    this.resolver = resolver;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try {
      chain.doFilter(request, response);
    } catch (RuntimeException e) {
      if (response.isCommitted() || resolver.resolveException(request, response, null, e) == null) {
        throw e;
      }
    }
  }
}
