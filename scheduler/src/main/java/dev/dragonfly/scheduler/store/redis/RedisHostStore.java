package dev.dragonfly.scheduler.store.redis;

import static dev.dragonfly.scheduler.store.redis.RedisBytes.bytes;
import static dev.dragonfly.scheduler.store.redis.RedisBytes.number;
import static dev.dragonfly.scheduler.store.redis.RedisBytes.text;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.store.HostStore;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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
  private final HostForm form;

  RedisHostStore(RedisConnection redis, Keys keys, Duration taskTimeToLive, HostForm form) {
    this.redis = redis;
    this.keys = keys;
    this.taskTimeToLive = taskTimeToLive;
    this.form = form;
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
            HostForm.write(host),
            bytes(address),
            millis,
            number(taskTimeToLive.toMillis()));
    CompletionStage<List<Object>> list =
        all(bytes("put"), bytes(host.id().value()), millis, number(host.type().isSeed() ? 1 : 0));
    redis.await(value);
    redis.await(list);
  }

  @Override
  public Optional<Host> find(HostId id) {
    byte[] value = redis.await(redis.async().hget(bytes(keys.host(id) + "host"), bytes(VALUE)));
    return value == null ? Optional.empty() : form.read(value);
  }

  @Override
  public List<Host> list() {
    return live("all");
  }

  @Override
  public int count() {
    List<Object> answer =
        redis.await(redis.eval(Script.HOSTS, ScriptOutputType.MULTI, keys.hosts(), bytes("count")));
    return Math.toIntExact((long) answer.getFirst());
  }

  @Override
  public List<Host> seeds() {
    return live("seeds");
  }

  @Override
  public boolean delete(HostId id) {
    String prefix = keys.host(id);
    CompletionStage<Long> values =
        redis
            .async()
            .del(
                bytes(prefix + "host"),
                bytes(prefix + "held"),
                bytes(prefix + "reported"),
                bytes(prefix + "tasks"));
    CompletionStage<List<Object>> list = all(bytes("delete"), bytes(id.value()));
    long deleted = redis.await(values);
    List<Object> listed = redis.await(list);
    return deleted > 0 || (long) listed.getFirst() > 0;
  }

  @Override
  public Optional<Set<TaskId>> silentTasks(HostId id) {
    List<Object> answer = redis.await(silent(id, "tasks"));
    if (text((byte[]) answer.getFirst()).equals("speaks")) {
      return Optional.empty();
    }
    return Optional.of(taskIds(answer.subList(1, answer.size())));
  }

  @Override
  public void deleteSilent(HostId id) {
    redis.await(silent(id, "delete"));
    redis.await(all(bytes("delete-silent"), bytes(id.value())));
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
  public void part(HostId id, Collection<TaskId> tasks) {
    byte[][] members = tasks.stream().map(task -> bytes(task.value())).toArray(byte[][]::new);
    if (members.length > 0) {
      redis.await(redis.async().srem(bytes(keys.host(id) + "tasks"), members));
    }
  }

  @Override
  public Set<TaskId> tasks(HostId id) {
    return taskIds(redis.await(redis.async().smembers(bytes(keys.host(id) + "tasks"))));
  }

  /** Asks for each live host: one round trip, whatever their number. */
  @Override
  public List<Host> participants(TaskId task) {
    List<Host> all = list();
    List<CompletionStage<Boolean>> answers = new ArrayList<>(all.size());
    for (Host host : all) {
      answers.add(
          redis.async().sismember(bytes(keys.host(host.id()) + "tasks"), bytes(task.value())));
    }
    List<Host> found = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (redis.await(answers.get(i))) {
        found.add(all.get(i));
      }
    }
    return found;
  }

  @Override
  public List<HostId> expired(int limit) {
    return ids(redis.await(all(bytes("expired"), number(limit))));
  }

  @Override
  public boolean confirmHoldings(
      HostId id, long fingerprint, Duration timeToLive, Duration maxAge) {
    List<Object> answer =
        redis.await(
            held(
                id,
                bytes("confirm"),
                number(fingerprint),
                number(timeToLive.toMillis()),
                number(maxAge.toMillis())));
    return (long) answer.getFirst() == 1;
  }

  @Override
  public Optional<Unreported> report(HostId id, int batch, Set<TaskId> tasks, boolean last) {
    List<byte[]> args = new ArrayList<>();
    args.add(bytes("report"));
    args.add(number(batch));
    args.add(number(last ? 1 : 0));
    tasks.forEach(task -> args.add(bytes(task.value())));
    List<Object> answer = redis.await(held(id, args.toArray(new byte[0][])));
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    Instant asked = Instant.ofEpochMilli(Long.parseLong(text((byte[]) answer.getFirst())));
    return Optional.of(new Unreported(taskIds(answer.subList(1, answer.size())), asked));
  }

  @Override
  public void rememberHoldings(HostId id, long fingerprint, Duration timeToLive) {
    redis.await(held(id, bytes("remember"), number(fingerprint), number(timeToLive.toMillis())));
  }

  /** Runs the script on the lists of all hosts. */
  private CompletionStage<List<Object>> all(byte[]... args) {
    return redis.eval(Script.HOSTS, ScriptOutputType.MULTI, keys.hosts(), args);
  }

  private CompletionStage<List<Object>> held(HostId id, byte[]... args) {
    return redis.eval(Script.HELD, ScriptOutputType.MULTI, keys.host(id), args);
  }

  private CompletionStage<List<Object>> silent(HostId id, String operation) {
    return redis.eval(Script.HOST_SILENT, ScriptOutputType.MULTI, keys.host(id), bytes(operation));
  }

  private List<Host> live(String which) {
    CompletionStage<List<Object>> answer = all(bytes("live"), bytes(which));
    List<CompletionStage<byte[]>> values = new ArrayList<>();
    for (HostId id : ids(redis.await(answer))) {
      values.add(redis.async().hget(bytes(keys.host(id) + "host"), bytes(VALUE)));
    }
    List<Host> hosts = new ArrayList<>(values.size());
    for (CompletionStage<byte[]> stage : values) {
      byte[] value = redis.await(stage);
      if (value != null) {
        form.read(value).ifPresent(hosts::add);
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

  private static Set<TaskId> taskIds(Collection<?> members) {
    Set<TaskId> tasks = new HashSet<>();
    for (Object member : members) {
      tasks.add(new TaskId(text((byte[]) member)));
    }
    return tasks;
  }
}
