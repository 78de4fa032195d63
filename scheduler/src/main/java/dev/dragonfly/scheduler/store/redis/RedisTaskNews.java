package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.store.TaskNews;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes of tasks through Redis pub/sub: one channel per task, one subscription per process
 * however many listen. A channel nobody listens to is left after a while, because the next peer of
 * the task is often near. State is guarded by this object's lock; listeners run outside of it.
 */
final class RedisTaskNews implements TaskNews {
  private static final Duration LINGER = Duration.ofSeconds(5);

  private final Keys keys;
  private final Timers timers;
  private final Map<String, Channel> channels = new HashMap<>();
  private @Nullable StatefulRedisPubSubConnection<String, String> connection;

  RedisTaskNews(RedisConnection redis, Keys keys, Timers timers) {
    this.keys = keys;
    this.timers = timers;
    redis.onSubscribable(this::connected);
  }

  @Override
  @SuppressWarnings("UnnecessaryMethodReference") // One listener may subscribe twice.
  public Subscription subscribe(TaskId task, Runnable listener) {
    String name = keys.news(task);
    Runnable own = listener::run;
    boolean stands;
    synchronized (this) {
      Channel channel = channels.get(name);
      stands = channel != null && channel.subscribed;
      if (channel == null) {
        channel = new Channel();
        channels.put(name, channel);
        if (connection != null) {
          connection.async().subscribe(name);
        }
      }
      channel.listeners.add(own);
    }
    if (stands) {
      own.run();
    }
    return () -> leave(name, own);
  }

  private void leave(String name, Runnable listener) {
    synchronized (this) {
      Channel channel = channels.get(name);
      if (channel == null || !channel.listeners.remove(listener) || !channel.listeners.isEmpty()) {
        return;
      }
    }
    timers.after(LINGER, () -> abandon(name));
  }

  private void abandon(String name) {
    synchronized (this) {
      Channel channel = channels.get(name);
      if (channel == null || !channel.listeners.isEmpty()) {
        return;
      }
      channels.remove(name);
      if (connection != null) {
        connection.async().unsubscribe(name);
      }
    }
  }

  private void connected(StatefulRedisPubSubConnection<String, String> made) {
    made.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void message(String channel, String message) {
            listeners(channel, false).forEach(Runnable::run);
          }

          @Override
          public void subscribed(String channel, long count) {
            listeners(channel, true).forEach(Runnable::run);
          }
        });
    synchronized (this) {
      connection = made;
      channels.keySet().forEach(name -> made.async().subscribe(name));
    }
  }

  private synchronized List<Runnable> listeners(String name, boolean stands) {
    Channel channel = channels.get(name);
    if (channel == null) {
      return List.of();
    }
    channel.subscribed |= stands;
    return List.copyOf(channel.listeners);
  }

  private static final class Channel {
    private final Set<Runnable> listeners = new LinkedHashSet<>();
    private boolean subscribed;
  }
}
