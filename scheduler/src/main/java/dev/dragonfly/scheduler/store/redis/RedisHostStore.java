package dev.dragonfly.scheduler.store.redis;

import static dev.dragonfly.scheduler.store.redis.RedisConnection.bytes;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.store.HostStore;
import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Hosts in Redis: a value with an expiry per host, and two sorted sets for all and for seeds. */
final class RedisHostStore implements HostStore {
  private static final String VALUE = "value";

  private final RedisConnection redis;
  private final Keys keys;
  private final Duration taskTimeToLive;

  RedisHostStore(RedisConnection redis, Keys keys, Duration taskTimeToLive) {
    this.redis = redis;
    this.keys = keys;
    this.taskTimeToLive = taskTimeToLive;
  }

  @Override
  public void announce(Host host, Duration timeToLive) {
    String address = host.ip() + "|" + host.port() + "|" + host.pieceDataPort();
    byte[] millis = number(timeToLive.toMillis());
    CompletionStage<Long> value =
        redis.eval(
            Script.HOST_PUT,
            ScriptOutputType.INTEGER,
            keys.host(host.id()),
            HostCodec.encode(host),
            bytes(address),
            millis,
            number(taskTimeToLive.toMillis()));
    CompletionStage<List<Object>> list =
        redis.eval(
            Script.HOSTS,
            ScriptOutputType.MULTI,
            keys.hosts(),
            bytes("put"),
            bytes(host.id().value()),
            millis,
            number(host.type().isSeed() ? 1 : 0));
    redis.await(value);
    redis.await(list);
  }

  @Override
  public Optional<Host> find(HostId id) {
    byte[] value = redis.await(redis.async().hget(bytes(keys.host(id) + "host"), bytes(VALUE)));
    return value == null ? Optional.empty() : Optional.of(HostCodec.decode(value));
  }

  @Override
  public List<Host> list() {
    return live("all");
  }

  @Override
  public List<Host> seeds() {
    return live("seeds");
  }

  @Override
  public boolean delete(HostId id) {
    String prefix = keys.host(id);
    CompletionStage<Long> values =
        redis.async().del(bytes(prefix + "host"), bytes(prefix + "held"), bytes(prefix + "tasks"));
    CompletionStage<List<Object>> list =
        redis.eval(
            Script.HOSTS, ScriptOutputType.MULTI, keys.hosts(), bytes("delete"), bytes(id.value()));
    long deleted = redis.await(values);
    List<Object> listed = redis.await(list);
    return deleted > 0 || (long) listed.getFirst() > 0;
  }

  @Override
  public void join(HostId id, TaskId task) {
    redis.await(startJoin(id, task));
  }

  /** Sends the write without waiting for it; the next announcement sets its expiry. */
  CompletionStage<Long> startJoin(HostId id, TaskId task) {
    return redis.async().sadd(bytes(keys.host(id) + "tasks"), bytes(task.value()));
  }

  @Override
  public void part(HostId id, TaskId task) {
    redis.await(redis.async().srem(bytes(keys.host(id) + "tasks"), bytes(task.value())));
  }

  @Override
  public Set<TaskId> tasks(HostId id) {
    Set<TaskId> tasks = new HashSet<>();
    for (byte[] task : redis.await(redis.async().smembers(bytes(keys.host(id) + "tasks")))) {
      tasks.add(new TaskId(text(task)));
    }
    return tasks;
  }

  @Override
  public List<HostId> expired(int limit) {
    CompletionStage<List<Object>> answer =
        redis.eval(
            Script.HOSTS, ScriptOutputType.MULTI, keys.hosts(), bytes("expired"), number(limit));
    return ids(redis.await(answer));
  }

  @Override
  public boolean confirmHoldings(
      HostId id, long fingerprint, Duration timeToLive, Duration maxAge) {
    CompletionStage<Long> answer =
        redis.eval(
            Script.HELD,
            ScriptOutputType.INTEGER,
            keys.host(id),
            bytes("confirm"),
            number(fingerprint),
            number(timeToLive.toMillis()),
            number(maxAge.toMillis()));
    return redis.await(answer) == 1;
  }

  @Override
  public void rememberHoldings(HostId id, long fingerprint, Duration timeToLive) {
    CompletionStage<Long> answer =
        redis.eval(
            Script.HELD,
            ScriptOutputType.INTEGER,
            keys.host(id),
            bytes("remember"),
            number(fingerprint),
            number(timeToLive.toMillis()));
    redis.await(answer);
  }

  private List<Host> live(String which) {
    CompletionStage<List<Object>> answer =
        redis.eval(Script.HOSTS, ScriptOutputType.MULTI, keys.hosts(), bytes("live"), bytes(which));
    List<CompletionStage<byte[]>> values = new ArrayList<>();
    for (HostId id : ids(redis.await(answer))) {
      values.add(redis.async().hget(bytes(keys.host(id) + "host"), bytes(VALUE)));
    }
    List<Host> hosts = new ArrayList<>(values.size());
    for (CompletionStage<byte[]> stage : values) {
      byte[] value = redis.await(stage);
      if (value != null) {
        hosts.add(HostCodec.decode(value));
      }
    }
    return hosts;
  }

  private static List<HostId> ids(List<Object> members) {
    List<HostId> ids = new ArrayList<>(members.size());
    for (Object member : members) {
      ids.add(new HostId(text((byte[]) member)));
    }
    return ids;
  }

  static byte[] number(long value) {
    return bytes(Long.toString(value));
  }

  static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }
}
