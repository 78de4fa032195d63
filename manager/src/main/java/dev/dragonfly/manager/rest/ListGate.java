package dev.dragonfly.manager.rest;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Bounds the memory of rows that are being read and written out: only so many at once, further ones
 * wait in the order of arrival. Without it a heap of 160 MiB was full once more requests came than
 * the processor could answer. Waits on the virtual thread of the request.
 */
final class ListGate extends OncePerRequestFilter {
  private static final int PLACES = 32;
  private static final int WAIT_SECONDS = 5;

  /** Rows that one place stands for: a page of 10,000, some 30 MiB, takes half of all places. */
  private static final int ROWS_PER_PLACE = 700;

  private static final int MOST_PLACES = PLACES / 2;

  private final Semaphore places = new Semaphore(PLACES, true);

  /** What waits for others than the database, as signing in does, holds no rows. */
  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    String path = request.getRequestURI();
    return !request.getMethod().equals("GET")
        || !Words.isApi(path)
        || path.startsWith("/api/v1/users/signin");
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    int taken = weight(request.getParameter("per_page"));
    enter(taken);
    try {
      chain.doFilter(request, response);
    } finally {
      places.release(taken);
    }
  }

  /** What is no number will be refused and costs nothing. */
  private static int weight(@Nullable String rows) {
    if (rows == null || rows.length() > 9 || !rows.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return 1;
    }
    return rows.isEmpty() ? 1 : Math.min(MOST_PLACES, 1 + Integer.parseInt(rows) / ROWS_PER_PLACE);
  }

  private void enter(int wanted) {
    try {
      if (!places.tryAcquire(wanted, WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new DragonflyException(
            ErrorCode.UNAVAILABLE, "too many requests wait for their turn; try again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, "interrupted while waiting", e);
    }
  }
}
