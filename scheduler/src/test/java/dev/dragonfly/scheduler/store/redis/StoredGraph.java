package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.testing.OwnRedis;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.scheduler.store.Graph;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A graph of cluster 7 in a real Redis, an empty one for each test of a class. */
final class StoredGraph implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  final OwnRedis redis = OwnRedis.start();
  final Set<String> errors = ConcurrentHashMap.newKeySet();
  private final Duration taskTimeToLive;
  private SystemTimers timers;
  private RedisGraph stored;

  StoredGraph(Duration taskTimeToLive) {
    this.taskTimeToLive = taskTimeToLive;
  }

  Graph graph() {
    return stored.graph();
  }

  boolean isUp() {
    return stored.isUp();
  }

  SystemTimers timers() {
    return timers;
  }

  @Override
  public void beforeEach(ExtensionContext test) {
    redis.beforeEach(test);
    errors.clear();
    timers = new SystemTimers("test");
    stored =
        new RedisGraph(
            new RedisConfig(redis.address(), "", Optional.empty(), 0, Duration.ofSeconds(5)),
            7,
            taskTimeToLive,
            SystemTime.INSTANCE,
            timers,
            errors::add);
    stored.start();
  }

  @Override
  public void afterEach(ExtensionContext test) {
    stored.close();
    timers.close();
  }

  @Override
  public void afterAll(ExtensionContext tests) {
    redis.close();
  }
}
