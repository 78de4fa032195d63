package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The server that holds the graph, and how one logs in to it. Connections that stand come back by
 * themselves; while they are away calls fail at once. Blocks for a bounded time.
 */
final class RedisServer implements AutoCloseable {
  private static final int LOGIN_ATTEMPTS = 5;
  private static final int QUEUE_LIMIT = 50_000;

  private final RedisConfig config;
  private final LettuceThreads threads = new LettuceThreads();
  private final RedisClient client;

  RedisServer(RedisConfig config) {
    this.config = config;
    this.client = new AsyncOnlyClient(threads.resources(), uri(config));
    client.setOptions(
        ClientOptions.builder()
            .autoReconnect(true)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(QUEUE_LIMIT)
            .socketOptions(SocketOptions.builder().connectTimeout(config.callTimeout()).build())
            .timeoutOptions(TimeoutOptions.enabled(config.callTimeout()))
            .build());
  }

  /**
   * Two connections to a server that is fit and knows the scripts.
   *
   * @throws RedisException when it cannot be reached
   * @throws DragonflyException CONFIG when it refuses the password or is not fit
   */
  Connections connect() {
    StatefulRedisConnection<byte[], byte[]> commands = login();
    try {
      RedisAsyncCommands<byte[], byte[]> redis = commands.async();
      RedisFuture<String> info = redis.info();
      List<RedisFuture<?>> loaded = new ArrayList<>();
      for (Script script : Script.values()) { // All at once, not one round trip each.
        loaded.add(redis.scriptLoad(script.text()));
      }
      ServerCheck.check(config.address(), answer(info));
      loaded.forEach(this::answer);
      return new Connections(commands, client.connectPubSub(StringCodec.UTF8));
    } catch (RedisException e) {
      commands.close();
      throw refusalOr(e);
    } catch (RuntimeException e) {
      commands.close();
      throw e;
    }
  }

  @Override
  public void close() {
    client.shutdown(0, 2, TimeUnit.SECONDS);
    threads.close();
  }

  private <T> T answer(RedisFuture<T> asked) {
    return LettuceFutures.awaitOrCancel(
        asked, config.callTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** One for commands, one for subscriptions, each shared by all threads. */
  record Connections(
      StatefulRedisConnection<byte[], byte[]> commands,
      StatefulRedisPubSubConnection<String, String> subscriptions) {}

  /**
   * A login that is refused can look like a connection that broke, because both are told at the
   * same time: it is looked at again, or a wrong password would be tried for ever.
   */
  private StatefulRedisConnection<byte[], byte[]> login() {
    for (int attempt = 1; ; attempt++) {
      try {
        return client.connect(ByteArrayCodec.INSTANCE);
      } catch (RedisException e) {
        if (attempt == LOGIN_ATTEMPTS || !RedisErrors.closedAtLogin(e)) {
          throw refusalOr(e);
        }
      }
    }
  }

  private RuntimeException refusalOr(RedisException e) {
    Optional<String> refusal = RedisErrors.loginRefusal(e);
    if (refusal.isEmpty()) {
      return e;
    }
    return new DragonflyException(
        ErrorCode.CONFIG,
        "Logged in to Redis at %s: refused (%s); correct redis.username and redis.password"
            .formatted(config.address(), refusal.get()),
        e);
  }

  /** Where it is, and as whom one logs in. */
  static RedisURI uri(RedisConfig config) {
    RedisURI.Builder uri =
        RedisURI.builder()
            .withHost(config.place().host())
            .withPort(config.place().port())
            .withDatabase(config.database())
            .withTimeout(config.callTimeout());
    config
        .password()
        .ifPresent(secret -> {
          char[] password = secret.reveal().toCharArray();
          if (config.username().isEmpty()) {
            uri.withPassword(password);
          } else {
            uri.withAuthentication(config.username(), password);
          }
        });
    return uri.build();
  }
}
