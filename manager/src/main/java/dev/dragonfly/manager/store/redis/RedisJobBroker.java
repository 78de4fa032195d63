package dev.dragonfly.manager.store.redis;

import dev.dragonfly.manager.dispatch.JobBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Job lists in one database of Redis, states and answers in another. */
@Component
final class RedisJobBroker implements JobBroker {
  private final RedisAccess redis;
  private final int lists;
  private final int states;

  RedisJobBroker(RedisAccess redis, RedisConfig config) {
    this.redis = redis;
    this.lists = config.brokerDatabase();
    this.states = config.backendDatabase();
  }

  @Override
  public void keep(String key, String json, Duration time) {
    redis.ask(states, commands -> commands.setex(key, time.toSeconds(), bytes(json)));
  }

  @Override
  public Optional<String> kept(String key) {
    byte[] json = redis.ask(states, commands -> commands.get(key));
    return json == null ? Optional.empty() : Optional.of(new String(json, StandardCharsets.UTF_8));
  }

  @Override
  public void append(String list, String json) {
    redis.ask(lists, commands -> commands.rpush(list, bytes(json)));
  }

  @Override
  public boolean withdraw(String list, String json) {
    return redis.ask(lists, commands -> commands.lrem(list, 1, bytes(json))) > 0;
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
