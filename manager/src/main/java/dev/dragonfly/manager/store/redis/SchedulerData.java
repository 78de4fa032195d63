package dev.dragonfly.manager.store.redis;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.net.HostAndPort;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The Redis of the schedulers. Connects at the first question; where none is configured there is
 * nothing to find. Blocks: call from a virtual thread.
 */
@Component
public final class SchedulerData implements AutoCloseable {
  private static final int SCAN_COUNT = 1_000;

  /** More than anybody looks at; a wrong pattern must not fill the heap. */
  private static final int MAX_KEYS = 100_000;

  private final RedisConfig config;
  private @Nullable RedisClient client;
  private @Nullable StatefulRedisConnection<String, byte[]> connection;

  public SchedulerData(RedisConfig config) {
    this.config = config;
  }

  /** The fields of a hash; empty when there is none. */
  public Map<String, byte[]> hash(String key) {
    return ask(redis -> redis.hgetall(key), Map.of());
  }

  /** The members of a set. */
  public Set<byte[]> members(String key) {
    return ask(redis -> redis.smembers(key), Set.of());
  }

  /** The keys that match, sorted. */
  public Set<String> keys(String pattern) {
    return ask(
        redis -> {
          Set<String> keys = new TreeSet<>();
          ScanArgs args = ScanArgs.Builder.matches(pattern).limit(SCAN_COUNT);
          ScanCursor cursor = ScanCursor.INITIAL;
          while (!cursor.isFinished() && keys.size() < MAX_KEYS) {
            KeyScanCursor<String> found = redis.scan(cursor, args);
            keys.addAll(found.getKeys());
            cursor = found;
          }
          return keys;
        },
        Set.of());
  }

  public void delete(String key) {
    ask(redis -> redis.del(key), 0L);
  }

  @Override
  public synchronized void close() {
    RedisClient started = client;
    if (started != null) {
      started.shutdown();
      client = null;
      connection = null;
    }
  }

  private <T> T ask(Function<RedisCommands<String, byte[]>, T> question, T without) {
    String address = config.address();
    if (address == null) {
      return without;
    }
    try {
      return question.apply(connection(address).sync());
    } catch (RedisException e) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE, "the Redis of the schedulers does not answer; try again", e);
    }
  }

  private synchronized StatefulRedisConnection<String, byte[]> connection(String address) {
    StatefulRedisConnection<String, byte[]> open = connection;
    if (open != null) {
      return open;
    }
    RedisClient started = client == null ? RedisClient.create() : client;
    client = started;
    open = started.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE), uri(address));
    connection = open;
    return open;
  }

  private RedisURI uri(String address) {
    HostAndPort place = HostAndPort.parse(address);
    RedisURI.Builder uri =
        RedisURI.builder()
            .withHost(place.host())
            .withPort(place.port())
            .withDatabase(config.database())
            .withTimeout(RedisConfig.TIMEOUT);
    if (config.password() != null) {
      char[] password = config.password().reveal().toCharArray();
      if (config.username() == null) {
        uri.withPassword(password);
      } else {
        uri.withAuthentication(config.username(), password);
      }
    }
    return uri.build();
  }
}
