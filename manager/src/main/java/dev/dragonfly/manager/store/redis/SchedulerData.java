package dev.dragonfly.manager.store.redis;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * What schedulers keep in Redis. Where none is configured there is nothing to find. Blocks: call
 * from a virtual thread.
 */
@Component
public final class SchedulerData {
  private static final int SCAN_COUNT = 1_000;

  /** More than anybody looks at; a wrong pattern must not fill the heap. */
  private static final int MAX_KEYS = 100_000;

  private final RedisAccess redis;
  private final int database;

  public SchedulerData(RedisAccess redis, RedisConfig config) {
    this.redis = redis;
    this.database = config.database();
  }

  /** The fields of a hash; empty when there is none. */
  public Map<String, byte[]> hash(String key) {
    return ask(commands -> commands.hgetall(key), Map.of());
  }

  /** The members of a set. */
  public Set<byte[]> members(String key) {
    return ask(commands -> commands.smembers(key), Set.of());
  }

  /** The keys that match, sorted. */
  public Set<String> keys(String pattern) {
    return ask(
        commands -> {
          Set<String> keys = new TreeSet<>();
          ScanArgs args = ScanArgs.Builder.matches(pattern).limit(SCAN_COUNT);
          ScanCursor cursor = ScanCursor.INITIAL;
          while (!cursor.isFinished() && keys.size() < MAX_KEYS) {
            KeyScanCursor<String> found = commands.scan(cursor, args);
            keys.addAll(found.getKeys());
            cursor = found;
          }
          return keys;
        },
        Set.of());
  }

  public void delete(String key) {
    ask(commands -> commands.del(key), 0L);
  }

  private <T> T ask(Function<RedisCommands<String, byte[]>, T> question, T without) {
    return redis.isConfigured() ? redis.ask(database, question) : without;
  }
}
