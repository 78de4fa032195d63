package dev.dragonfly.scheduler.app;

import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.scheduler.testing.OwnRedis;

/** Schedulers for tests: the real one, on a free port, without a manager. */
final class TestServers {
  private TestServers() {}

  /** Not started yet. */
  static SchedulerServer server(OwnRedis redis) {
    return new SchedulerServer(
        ConfigLoader.parse(
            """
            server: {ip: 127.0.0.1, port: 0, hostname: test}
            redis: {address: "%s"}
            metrics: {ip: 127.0.0.1, port: 0}
            """
                .formatted(redis.address()),
            "test",
            SchedulerConfig.DEFAULTS,
            SchedulerConfig.class));
  }
}
