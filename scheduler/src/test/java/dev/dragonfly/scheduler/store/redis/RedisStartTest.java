package dev.dragonfly.scheduler.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.testing.OwnRedis;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the scheduler begins with servers that are not as they should be. */
class RedisStartTest {
  private final SystemTimers timers = new SystemTimers("test");
  private final AtomicInteger errors = new AtomicInteger();

  @AfterEach
  void close() {
    timers.close();
  }

  @Test
  void aServerThatEvictsIsRefusedWithTheWayOut() {
    try (OwnRedis redis = OwnRedis.start("maxmemory-policy allkeys-lru");
        RedisGraph graph = graph(redis.address(), Optional.empty())) {
      assertThatThrownBy(graph::start)
          .isInstanceOf(DragonflyException.class)
          .hasMessageContaining("maxmemory-policy is allkeys-lru (expected noeviction)")
          .hasMessageContaining("CONFIG SET maxmemory-policy noeviction")
          .extracting(e -> ((DragonflyException) e).code())
          .isEqualTo(ErrorCode.CONFIG);
    }
  }

  @Test
  void aWrongPasswordIsRefusedAndTheRightOneWorks() {
    try (OwnRedis redis = OwnRedis.start("requirepass right")) {
      for (Optional<Secret> wrong :
          java.util.List.of(Optional.of(Secret.of("wrong")), Optional.<Secret>empty())) {
        try (RedisGraph graph = graph(redis.address(), wrong)) {
          assertThatThrownBy(graph::start)
              .isInstanceOf(DragonflyException.class)
              .hasMessageContaining("correct redis.username and redis.password")
              .hasMessageNotContaining("wrong\"");
        }
      }
      try (RedisGraph graph = graph(redis.address(), Optional.of(Secret.of("right")))) {
        graph.start();
        assertThat(graph.isUp()).isTrue();
      }
    }
  }

  @Test
  void anUnreachableServerIsWaitedForWhileCallsFailAtOnce() throws Exception {
    int port = OwnRedis.freePort();
    try (RedisGraph graph = graph("127.0.0.1:" + port, Optional.empty())) {
      graph.start();
      assertThat(graph.isUp()).isFalse();
      assertThatThrownBy(() -> graph.graph().hosts().list())
          .isInstanceOf(DragonflyException.class)
          .extracting(e -> ((DragonflyException) e).code())
          .isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(errors).hasPositiveValue();
      try (OwnRedis redis = OwnRedis.startOn(port)) {
        awaitUp(graph);
        graph.graph().hosts().announce(Samples.host("one"), Duration.ofMinutes(1));
        assertThat(graph.graph().hosts().list()).hasSize(1);
        assertThat(redis.port()).isEqualTo(port);
      }
    }
  }

  @Test
  void versionsOutsideTheRangeAreRefused() {
    assertThatThrownBy(() -> ServerCheck.check("x:1", info("6.0.16", "noeviction")))
        .hasMessageContaining("version 6.0.16 (expected 6.2 to 8.x)");
    assertThatThrownBy(() -> ServerCheck.check("x:1", info("9.0.0", "noeviction")))
        .hasMessageContaining("version 9.0.0");
    ServerCheck.check("x:1", info("6.2.0", "noeviction"));
    ServerCheck.check("x:1", info("8.4.1", "noeviction"));
  }

  private static String info(String version, String policy) {
    return "# Server\r\nredis_version:" + version + "\r\nmaxmemory_policy:" + policy + "\r\n";
  }

  private void awaitUp(RedisGraph graph) throws InterruptedException {
    CountDownLatch up = new CountDownLatch(1);
    timers.every(
        Duration.ofMillis(20),
        () -> {
          if (graph.isUp()) {
            up.countDown();
          }
        });
    assertThat(up.await(20, TimeUnit.SECONDS)).isTrue();
  }

  private RedisGraph graph(String address, Optional<Secret> password) {
    return new RedisGraph(
        new RedisConfig(address, "", password, 0, Duration.ofSeconds(2)),
        1,
        Duration.ofHours(1),
        SystemTime.INSTANCE,
        timers,
        kind -> errors.incrementAndGet());
  }
}
