package dev.dragonfly.scheduler.app;

import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.testing.OwnRedis;

/** Schedulers for tests: the real one, on a free port. */
final class TestServers {
  private TestServers() {}

  /** Not started yet; without a manager, believes every seed. */
  static SchedulerServer server(OwnRedis redis) {
    return server(redis, "security: {anySeed: true}");
  }

  /** Not started yet; believes the seeds that the manager on this port lists. */
  static SchedulerServer server(OwnRedis redis, int managerPort) {
    return server(redis, "manager: {address: \"127.0.0.1:" + managerPort + "\"}");
  }

  private static SchedulerServer server(OwnRedis redis, String more) {
    return new SchedulerServer(
        ConfigLoader.parse(
            """
            server: {ip: 127.0.0.1, port: 0, hostname: test}
            redis: {address: "%s"}
            metrics: {ip: 127.0.0.1, port: 0}
            %s
            """
                .formatted(redis.address(), more),
            "test",
            SchedulerConfig.DEFAULTS,
            SchedulerConfig.class));
  }
}
