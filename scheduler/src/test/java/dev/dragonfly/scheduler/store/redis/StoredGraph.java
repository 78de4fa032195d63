package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.testing.OwnRedis;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.scheduler.store.Graph;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A graph of cluster 7 in a real Redis, an empty one for each test of a class. */
final class StoredGraph implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  final OwnRedis redis = OwnRedis.start();
  final Set<String> errors = ConcurrentHashMap.newKeySet();
  private final Duration taskTimeToLive;
  private @Nullable Opened opened;

  private record Opened(RedisGraph graph, SystemTimers timers) {}

  StoredGraph(Duration taskTimeToLive) {
    this.taskTimeToLive = taskTimeToLive;
  }

  Graph graph() {
    return opened().graph().graph();
  }

  boolean isUp() {
    return opened().graph().isUp();
  }

  SystemTimers timers() {
    return opened().timers();
  }

  @Override
  public void beforeEach(ExtensionContext test) {
    redis.beforeEach(test);
    errors.clear();
    SystemTimers timers = new SystemTimers("test");
    RedisGraph stored =
        new RedisGraph(
            new RedisConfig(redis.address(), "", Optional.empty(), 0, Duration.ofSeconds(5)),
            7,
            taskTimeToLive,
            SystemTime.INSTANCE,
            timers,
            errors::add);
    opened = new Opened(stored, timers);
    stored.start();
  }

  @Override
  public void afterEach(ExtensionContext test) {
    opened().graph().close();
    opened().timers().close();
  }

  @Override
  public void afterAll(ExtensionContext tests) {
    redis.close();
  }

  private Opened opened() {
    return Objects.requireNonNull(opened, "outside of a test");
  }
}
