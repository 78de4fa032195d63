package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.scheduler.store.JobList;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyValue;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The job list in Redis: one connection that waits for jobs, one for their results. A connection is
 * made when it is needed, and given up after every failure: an answer that nobody waits for any
 * more would be a lost job.
 */
public final class RedisJobList implements JobList, AutoCloseable {
  private final Database lists;
  private final Database results;

  /** One database with one connection; its lock guards the connection, not its use. */
  private static final class Database {
    private final RedisConfig config;
    private final LettuceThreads threads = new LettuceThreads();
    private final RedisClient client;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable StatefulRedisConnection<String, String> connection;

    Database(RedisConfig config) {
      this.config = config;
      this.client = new AsyncOnlyClient(threads.resources(), RedisServer.uri(config));
      client.setOptions(
          ClientOptions.builder()
              .autoReconnect(false)
              .socketOptions(SocketOptions.builder().connectTimeout(config.callTimeout()).build())
              .timeoutOptions(TimeoutOptions.builder().build())
              .build());
    }

    /**
     * @param longest how long the server may think about it by its own rules
     */
    <T> @Nullable T ask(
        Duration longest, Function<RedisAsyncCommands<String, String>, RedisFuture<T>> question) {
      StatefulRedisConnection<String, String> now = null;
      try {
        now = connected();
        long wait = longest.plus(config.callTimeout()).toMillis();
        return LettuceFutures.awaitOrCancel(
            question.apply(now.async()), wait, TimeUnit.MILLISECONDS);
      } catch (RedisException e) {
        giveUp(now);
        RedisErrors.Kind kind = RedisErrors.kind(e.getCause() == null ? e : e.getCause());
        throw new DragonflyException(
            RedisErrors.code(kind),
            "Asked the job list in database %d of Redis at %s: %s"
                .formatted(config.database(), config.address(), reason(e)),
            e);
      }
    }

    void close() {
      client.shutdown(0, 2, TimeUnit.SECONDS);
      threads.close();
    }

    private StatefulRedisConnection<String, String> connected() {
      lock.lock();
      try {
        StatefulRedisConnection<String, String> now = connection;
        if (now == null || !now.isOpen()) {
          now = client.connect();
          connection = now;
        }
        return now;
      } finally {
        lock.unlock();
      }
    }

    private void giveUp(@Nullable StatefulRedisConnection<String, String> broken) {
      if (broken != null) {
        broken.closeAsync();
      }
    }

    private static String reason(RedisException e) {
      return String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
    }
  }

  /**
   * @param graph the Redis of the graph, which is asked unless another is named
   */
  public RedisJobList(JobListConfig config, RedisConfig graph) {
    this.lists = new Database(config.database(config.brokerDatabase(), graph));
    this.results = new Database(config.database(config.backendDatabase(), graph));
  }

  @Override
  public Optional<String> take(String queue, Duration longest) {
    @Nullable KeyValue<String, String> taken =
        lists.ask(longest, redis -> redis.blpop(longest.toMillis() / 1000.0, queue));
    return taken == null || !taken.hasValue() ? Optional.empty() : Optional.of(taken.getValue());
  }

  @Override
  public Optional<String> find(String key) {
    return Optional.ofNullable(results.ask(Duration.ZERO, redis -> redis.get(key)));
  }

  @Override
  public void keep(String key, String value, Duration timeToLive) {
    results.ask(
        Duration.ZERO, redis -> redis.set(key, value, SetArgs.Builder.ex(timeToLive.toSeconds())));
  }

  @Override
  public void close() {
    lists.close();
    results.close();
  }
}
