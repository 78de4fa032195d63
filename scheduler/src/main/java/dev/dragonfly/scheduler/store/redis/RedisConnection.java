package dev.dragonfly.scheduler.store.redis;

import static dev.dragonfly.scheduler.store.redis.RedisBytes.bytes;

import dev.dragonfly.common.concurrent.Chance;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.time.Backoff;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.store.redis.RedisErrors.Kind;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pipelined connection for commands and one for subscriptions, shared by all threads. When the
 * server cannot be reached, calls fail at once with UNAVAILABLE and connecting goes on in the
 * background with a bounded back-off.
 */
final class RedisConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisConnection.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration LAST_RETRY = Duration.ofSeconds(5);
  private static final Duration WATCH_INTERVAL = Duration.ofSeconds(2);

  private final RedisConfig config;
  private final Timers timers;
  private final Consumer<Kind> onError;
  private final String healthPrefix;
  private final RedisServer server;
  private final Backoff pauses = new Backoff(FIRST_RETRY, LAST_RETRY, Chance.create());
  private volatile @Nullable StatefulRedisConnection<byte[], byte[]> commands;
  private volatile Consumer<StatefulRedisPubSubConnection<String, String>> onSubscribable = c -> {};
  private volatile Runnable onUpChange = () -> {};
  private volatile boolean up;
  private volatile boolean closed;
  private Timers.@Nullable Timer watch;

  /**
   * @param healthPrefix prefix of the key that is written to see whether the server takes writes
   * @param onError called once per failed call; short, any thread
   */
  RedisConnection(RedisConfig config, String healthPrefix, Timers timers, Consumer<Kind> onError) {
    this.config = config;
    this.healthPrefix = healthPrefix;
    this.timers = timers;
    this.onError = onError;
    this.server = new RedisServer(config);
  }

  /**
   * Connects; an unreachable server is tried again in the background.
   *
   * @throws DragonflyException CONFIG when the server refuses the password or is not fit
   */
  void start() {
    try {
      connect();
    } catch (RedisException e) {
      LOG.warn(
          "redis is not reachable, trying again address={} error={}",
          config.address(),
          String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
      retry();
    }
    watch = timers.every(WATCH_INTERVAL, this::checkHealth);
  }

  /** Whether the server took a write within the last seconds. */
  boolean isUp() {
    return up;
  }

  /** Called after it has gone up or down; short, any thread, perhaps two at once. */
  void onUpChange(Runnable action) {
    onUpChange = action;
  }

  /** Called whenever a connection for subscriptions stands for the first time. */
  void onSubscribable(Consumer<StatefulRedisPubSubConnection<String, String>> action) {
    onSubscribable = action;
  }

  /** Runs a script; a server that lost it gets it again. */
  <T> CompletionStage<T> eval(Script script, ScriptOutputType type, String prefix, byte[]... args) {
    byte[][] keys = {bytes(prefix)};
    byte[][] all = new byte[args.length + 1][];
    all[0] = keys[0];
    System.arraycopy(args, 0, all, 1, args.length);
    RedisAsyncCommands<byte[], byte[]> redis = async();
    CompletionStage<T> first = redis.evalsha(script.sha(), type, keys, all);
    return first.exceptionallyCompose(e -> {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (e instanceof RedisNoScriptException || cause instanceof RedisNoScriptException) {
        return redis.eval(script.text(), type, keys, all);
      }
      return CompletableFuture.failedStage(e);
    });
  }

  /** The commands; throws UNAVAILABLE while there is no connection. */
  RedisAsyncCommands<byte[], byte[]> async() {
    StatefulRedisConnection<byte[], byte[]> now = commands;
    if (now == null || closed) {
      onError.accept(Kind.UNREACHABLE);
      throw failure(Kind.UNREACHABLE, closed ? "the scheduler ends" : "not connected yet", null);
    }
    return now.async();
  }

  /** Waits for the answer, for a bounded time. */
  <T> T await(CompletionStage<T> stage) {
    try {
      return stage
          .toCompletableFuture()
          .get(config.callTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      onError.accept(Kind.UNREACHABLE);
      throw failure(
          Kind.UNREACHABLE, "no answer within " + config.callTimeout().toMillis() + " ms", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      Kind kind = RedisErrors.kind(cause);
      onError.accept(kind);
      throw failure(kind, String.valueOf(cause.getMessage()), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(Kind.UNREACHABLE, "interrupted", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    setUp(false);
    if (watch != null) {
      watch.cancel();
    }
    server.close();
  }

  private void setUp(boolean now) {
    boolean changed = up != now;
    up = now;
    if (changed) {
      onUpChange.run();
    }
  }

  private void connect() {
    RedisServer.Connections made = server.connect();
    onSubscribable.accept(made.subscriptions());
    commands = made.commands();
    setUp(true);
    LOG.info("redis is connected address={}", config.address());
    checkHealth();
  }

  private void retry() {
    if (!closed) {
      timers.after(pauses.next(), () -> Threads.virtual("redis-connect", this::tryAgain));
    }
  }

  private void tryAgain() {
    try {
      connect();
    } catch (DragonflyException e) {
      LOG.error("redis cannot be used error={}", e.getMessage());
      retry();
    } catch (RedisException e) {
      LOG.debug("redis is still not reachable address={}", config.address());
      retry();
    }
  }

  /**
   * Notes whether the server takes writes: one that is full or has become a replica still answers a
   * ping. Lettuce reconnects by itself, and gives up on the answer after the call timeout.
   */
  private void checkHealth() {
    StatefulRedisConnection<byte[], byte[]> now = commands;
    if (now == null || closed) {
      return;
    }
    CompletionStage<Long> written = eval(Script.HEALTH, ScriptOutputType.INTEGER, healthPrefix);
    written.whenComplete((one, error) -> {
      boolean writes = error == null;
      if (!writes) {
        onError.accept(RedisErrors.kind(error.getCause() == null ? error : error.getCause()));
      }
      if (writes != up && !closed) {
        LOG.warn(
            "redis {} address={} error={}",
            writes ? "is back" : "takes no writes",
            config.address(),
            writes ? "" : error.getMessage());
      }
      setUp(writes && !closed);
    });
  }

  private DragonflyException failure(Kind kind, String what, @Nullable Throwable cause) {
    return new DragonflyException(
        RedisErrors.code(kind),
        "Asked Redis at %s: %s%s"
            .formatted(config.address(), what, kind == Kind.FAULT ? "" : "; retry is safe"),
        cause);
  }
}
