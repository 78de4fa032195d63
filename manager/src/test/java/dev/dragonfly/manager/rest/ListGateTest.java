package dev.dragonfly.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** How many lists are read at once. */
final class ListGateTest {
  private final ListGate gate = new ListGate();
  private final Semaphore inside = new Semaphore(0);
  private final CountDownLatch end = new CountDownLatch(1);

  @Test
  void twoLargePagesFillItAndWhatIsNoListPassesMeanwhile() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> large = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        large.add(threads.submit(() -> pass("GET", "/api/v1/peers", "10000")));
      }
      assertThat(inside.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
      // The third has no place before the end; if it had one, this would find it or miss it by
      // luck.
      assertThat(inside.tryAcquire()).isFalse();
      Future<?> change = threads.submit(() -> pass("POST", "/api/v1/jobs", ""));
      Future<?> health = threads.submit(() -> pass("GET", "/healthy", ""));
      assertThat(inside.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
      end.countDown();
      for (Future<?> one : large) {
        one.get(10, TimeUnit.SECONDS);
      }
      change.get(10, TimeUnit.SECONDS);
      health.get(10, TimeUnit.SECONDS);
      assertThat(inside.availablePermits()).isEqualTo(1);
    }
  }

  @Test
  void aNumberThatIsNoneCostsOnePlace() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> small = new ArrayList<>();
      for (String rows : List.of("", "x", "-1", "99999999999", "50", "10")) {
        small.add(threads.submit(() -> pass("GET", "/oapi/v1/jobs", rows)));
      }
      assertThat(inside.tryAcquire(6, 10, TimeUnit.SECONDS)).isTrue();
      end.countDown();
      for (Future<?> one : small) {
        one.get(10, TimeUnit.SECONDS);
      }
    }
  }

  private Void pass(String method, String path, String rows) throws Exception {
    MockHttpServletRequest request = new MockHttpServletRequest(method, path);
    request.setParameter("per_page", rows);
    gate.doFilter(
        request,
        new MockHttpServletResponse(),
        (passed, response) -> {
          inside.release();
          try {
            assertThat(end.await(20, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return null;
  }
}
