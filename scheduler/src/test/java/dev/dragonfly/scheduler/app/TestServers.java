package dev.dragonfly.scheduler.app;

import dev.dragonfly.scheduler.app.SchedulerConfig.MetricsConfig;
import dev.dragonfly.scheduler.app.SchedulerConfig.SecurityConfig;
import dev.dragonfly.scheduler.app.SchedulerConfig.ServerConfig;
import dev.dragonfly.scheduler.dynconfig.ManagerConfig;
import dev.dragonfly.scheduler.store.redis.RedisConfig;
import dev.dragonfly.scheduler.testing.OwnRedis;
import java.time.Duration;
import java.util.Optional;

/** Schedulers for tests: the real one, on a free port. */
final class TestServers {
  private TestServers() {}

  /** Not started yet; without a manager, believes every seed. */
  static SchedulerServer server(OwnRedis redis) {
    return server(redis, Optional.empty(), true);
  }

  /** Not started yet; believes the seeds that the manager on this port lists. */
  static SchedulerServer server(OwnRedis redis, int managerPort) {
    ManagerConfig manager =
        new ManagerConfig("127.0.0.1:" + managerPort, Optional.empty(), null, null);
    return server(redis, Optional.of(manager), false);
  }

  private static SchedulerServer server(
      OwnRedis redis, Optional<ManagerConfig> manager, boolean anySeed) {
    return new SchedulerServer(
        new SchedulerConfig(
            new ServerConfig("127.0.0.1", null, 0, "test", null, null, null),
            1,
            new RedisConfig(redis.address(), null, null, 0, Duration.ofSeconds(1)),
            manager,
            null,
            null,
            new SecurityConfig(anySeed),
            new MetricsConfig("127.0.0.1", 0)));
  }
}
