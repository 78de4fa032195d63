package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.concurrent.Threads;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.HashedWheelTimer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The client library as configured, with the threads that it uses. Connects when it is told. */
final class LettuceClient implements AutoCloseable {
  private static final int QUEUE_LIMIT = 50_000;
  private static final int CLOSE_SECONDS = 2;

  /**
   * Lettuce's timer wakes as often whether there is something to do or not: every 100 ms, as it is
   * by default, was a fifth of what a scheduler at rest used. It ends calls that are not answered,
   * and delays new connections, so both come up to half a second later.
   */
  private static final Duration TICK = Duration.ofMillis(500);

  private final HashedWheelTimer timer =
      new HashedWheelTimer(
          Threads.daemonFactory("redis-timer"), TICK.toMillis(), TimeUnit.MILLISECONDS);
  private final ClientResources resources = ClientResources.builder().timer(timer).build();
  private final RedisClient client;

  LettuceClient(RedisConfig config) {
    client = RedisClient.create(resources, uri(config));
    client.setOptions(
        ClientOptions.builder()
            .autoReconnect(true)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(QUEUE_LIMIT)
            .socketOptions(SocketOptions.builder().connectTimeout(config.callTimeout()).build())
            .timeoutOptions(TimeoutOptions.enabled(config.callTimeout()))
            .build());
  }

  private static RedisURI uri(RedisConfig config) {
    RedisURI.Builder uri =
        RedisURI.builder()
            .withHost(config.host())
            .withPort(config.port())
            .withDatabase(config.database())
            .withTimeout(config.callTimeout());
    config.password().ifPresent(secret -> credentials(uri, config.username(), secret.reveal()));
    return uri.build();
  }

  private static void credentials(RedisURI.Builder uri, String username, String password) {
    if (username.isEmpty()) {
      uri.withPassword(password.toCharArray());
      return;
    }
    uri.withAuthentication(username, password.toCharArray());
  }

  RedisClient client() {
    return client;
  }

  @Override
  public void close() {
    client.shutdown(0, CLOSE_SECONDS, TimeUnit.SECONDS);
    // What the client was given it leaves running.
    resources
        .shutdown(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    timer.stop();
  }
}
