package dev.dragonfly.manager.audit;

import dev.dragonfly.common.time.Time;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Notes every request at its end. */
@Component
@Order(AuditFilter.ORDER)
final class AuditFilter extends OncePerRequestFilter {
  /** Around the failure filter, so that it sees the status that the caller gets. */
  static final int ORDER = -998;

  private static final int MAX_METHOD = 16;

  private final Audits audits;
  private final Time time;

  AuditFilter(Audits audits, Time time) {
    this.audits = audits;
    this.time = time;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Instant begin = time.now();
    try {
      chain.doFilter(request, response);
    } finally {
      String method = request.getMethod();
      audits.note(
          new Audits.Entry(
              Actor.of(request),
              method.length() > MAX_METHOD ? method.substring(0, MAX_METHOD) : method,
              begin,
              request.getRequestURI(),
              response.getStatus()));
    }
  }
}
