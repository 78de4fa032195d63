package dev.dragonfly.manager.store.redis;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.net.HostAndPort;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Connections to the Redis of the schedulers, one for each database that is asked; made at the
 * first question. Blocks: call from a virtual thread.
 */
@Component
public final class RedisAccess implements AutoCloseable {
  private final RedisConfig config;
  private final Map<Integer, StatefulRedisConnection<String, byte[]>> connections = new HashMap<>();
  private @Nullable RedisClient client;

  public RedisAccess(RedisConfig config) {
    this.config = config;
  }

  boolean isConfigured() {
    return config.address() != null;
  }

  /**
   * Asks a database.
   *
   * @throws DragonflyException UNAVAILABLE when it does not answer or none is configured; CANCELLED
   *     after an interrupt
   */
  <T> T ask(int database, Function<RedisCommands<String, byte[]>, T> question) {
    String address = config.address();
    if (address == null) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE, "no Redis is configured; set redis.address");
    }
    try {
      return question.apply(connection(address, database).sync());
    } catch (RedisCommandInterruptedException e) {
      throw new DragonflyException(ErrorCode.CANCELLED, "interrupted while Redis was asked", e);
    } catch (RedisException e) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE, "the Redis of the schedulers does not answer; try again", e);
    }
  }

  @Override
  public synchronized void close() {
    RedisClient started = client;
    if (started != null) {
      started.shutdown();
      client = null;
      connections.clear();
    }
  }

  private synchronized StatefulRedisConnection<String, byte[]> connection(
      String address, int database) {
    StatefulRedisConnection<String, byte[]> open = connections.get(database);
    if (open != null) {
      return open;
    }
    RedisClient started = client == null ? RedisClient.create() : client;
    client = started;
    open =
        started.connect(
            RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE), uri(address, database));
    connections.put(database, open);
    return open;
  }

  private RedisURI uri(String address, int database) {
    HostAndPort place = HostAndPort.parse(address);
    RedisURI.Builder uri =
        RedisURI.builder()
            .withHost(place.host())
            .withPort(place.port())
            .withDatabase(database)
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
