package dev.dragonfly.scheduler.app;

import dev.dragonfly.scheduler.app.SchedulerConfig.MetricsConfig;
import dev.dragonfly.scheduler.app.SchedulerConfig.ServerConfig;
import dev.dragonfly.scheduler.store.redis.RedisConfig;
import dev.dragonfly.scheduler.testing.OwnRedis;
import java.time.Duration;
import java.util.Optional;

/** Schedulers for tests: the real one, on a free port, without a manager. */
final class TestServers {
  private TestServers() {}

  /** Not started yet. */
  static SchedulerServer server(OwnRedis redis) {
    return new SchedulerServer(
        new SchedulerConfig(
            new ServerConfig("127.0.0.1", null, 0, "test", null, null, null),
            1,
            new RedisConfig(redis.address(), null, null, 0, Duration.ofSeconds(1)),
            Optional.empty(),
            null,
            null,
            null,
            new MetricsConfig("127.0.0.1", 0)));
  }
}
