package dev.dragonfly.manager.rest;

import dev.dragonfly.common.observe.Metrics;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.web.filter.OncePerRequestFilter;

/** The metrics on the REST port too, before anybody asks who calls; off unless configured. */
final class MetricsPage extends OncePerRequestFilter {
  private final Metrics metrics;

  MetricsPage(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (!request.getRequestURI().equals("/metrics") || !request.getMethod().equals("GET")) {
      chain.doFilter(request, response);
      return;
    }
    response.setContentType("text/plain; version=0.0.4; charset=utf-8");
    response.getOutputStream().write(metrics.scrape().getBytes(StandardCharsets.UTF_8));
  }
}
