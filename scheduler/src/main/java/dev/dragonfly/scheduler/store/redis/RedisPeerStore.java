package dev.dragonfly.scheduler.store.redis;

import static dev.dragonfly.scheduler.store.redis.RedisConnection.bytes;
import static dev.dragonfly.scheduler.store.redis.RedisHostStore.number;
import static dev.dragonfly.scheduler.store.redis.RedisHostStore.text;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.store.PeerStore;
import dev.dragonfly.scheduler.store.SampleSize;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Peers in Redis: a hash per peer, index entries of the task, edges of the task. */
final class RedisPeerStore implements PeerStore {
  /** Most commands that are sent before their answers are awaited. */
  private static final int PIPELINE = 300;

  private final RedisConnection redis;
  private final Keys keys;
  private final Duration timeToLive;
  private final RedisTaskStore tasks;
  private final RedisHostStore hosts;

  RedisPeerStore(
      RedisConnection redis,
      Keys keys,
      Duration timeToLive,
      RedisTaskStore tasks,
      RedisHostStore hosts) {
    this.redis = redis;
    this.keys = keys;
    this.timeToLive = timeToLive;
    this.tasks = tasks;
    this.hosts = hosts;
  }

  @Override
  public TaskView enter(TaskSpec spec, TaskFacts facts, PeerRecord peer, SampleSize sample) {
    List<byte[]> args = arguments(peer, "take");
    args.add(number(sample.full()));
    args.add(number(sample.partial()));
    args.add(number(sample.mesh()));
    args.addAll(tasks.saveArguments(spec, facts, false));
    CompletionStage<List<Object>> entered =
        redis.eval(
            Script.ENTER,
            ScriptOutputType.MULTI,
            keys.task(peer.taskId()),
            args.toArray(new byte[0][]));
    CompletionStage<Long> joined = hosts.startJoin(peer.host().id(), peer.taskId());
    TaskView view = tasks.view(peer.taskId(), redis.await(entered));
    redis.await(joined);
    return view;
  }

  @Override
  public Saved save(PeerRecord peer) {
    return saved(redis.await(startPut(peer, "save")));
  }

  @Override
  public void hold(List<Held> held) {
    List<CompletionStage<?>> sent = new ArrayList<>();
    for (Held one : held) {
      PeerRecord peer = one.peer();
      sent.add(tasks.startSave(peer.taskId(), one.spec(), one.facts(), false));
      sent.add(startPut(peer, "hold"));
      sent.add(hosts.startJoin(peer.host().id(), peer.taskId()));
      if (sent.size() >= PIPELINE) {
        sent.forEach(redis::await);
        sent.clear();
      }
    }
    sent.forEach(redis::await);
  }

  @Override
  public Committed commit(PeerRecord child, List<PeerId> parents) {
    List<byte[]> args = arguments(child, "save");
    for (PeerId parent : parents) {
      args.add(bytes(parent.value()));
    }
    CompletionStage<List<Object>> stage =
        redis.eval(
            Script.COMMIT,
            ScriptOutputType.MULTI,
            keys.task(child.taskId()),
            args.toArray(new byte[0][]));
    List<Object> answer = redis.await(stage);
    List<PeerId> alive = new ArrayList<>();
    for (Object parent : answer.subList(1, answer.size())) {
      alive.add(new PeerId(text((byte[]) parent)));
    }
    return new Committed(saved((long) answer.getFirst()), alive);
  }

  @Override
  public Optional<PeerRecord> find(TaskId task, PeerId peer) {
    Map<String, byte[]> fields = new HashMap<>();
    Map<byte[], byte[]> stored =
        redis.await(redis.async().hgetall(bytes(keys.task(task) + "peer:" + peer.value())));
    stored.forEach((name, value) -> fields.put(text(name), value));
    byte[] written = fields.get("entry");
    if (written == null) {
      return Optional.empty();
    }
    HostCodec.Entry entry = tasks.entry(written);
    return Optional.of(
        new PeerRecord(
            peer,
            task,
            entry.host(),
            entry.state(),
            RedisTaskStore.standing(field(fields, "cls")),
            PieceBitmap.parse(fields.getOrDefault("bm", new byte[0])),
            Integer.parseInt(field(fields, "prio")),
            field(fields, "owner"),
            Optional.empty(),
            Instant.ofEpochMilli(Long.parseLong(field(fields, "created"))),
            Instant.ofEpochMilli(Long.parseLong(field(fields, "updated")))));
  }

  @Override
  public List<PeerId> parents(TaskId task, PeerId peer) {
    byte[] joined =
        redis.await(redis.async().hget(bytes(keys.task(task) + "edges"), bytes(peer.value())));
    List<PeerId> parents = new ArrayList<>();
    if (joined != null) {
      for (String parent : text(joined).split("\n")) {
        parents.add(new PeerId(parent));
      }
    }
    return parents;
  }

  @Override
  public void delete(TaskId task, PeerId peer) {
    drop(task, "peer", peer.value());
  }

  @Override
  public void deleteHost(TaskId task, HostId host) {
    drop(task, "host", host.value());
  }

  @Override
  public int blame(TaskId task, PeerId parent, HostId reporter) {
    CompletionStage<Long> count =
        redis.eval(
            Script.BLAME,
            ScriptOutputType.INTEGER,
            keys.task(task),
            bytes(parent.value()),
            bytes(reporter.value()),
            number(timeToLive.toMillis()));
    return (int) (long) redis.await(count);
  }

  private CompletionStage<Long> startPut(PeerRecord peer, String mode) {
    return redis.eval(
        Script.PEER_PUT,
        ScriptOutputType.INTEGER,
        keys.task(peer.taskId()),
        arguments(peer, mode).toArray(new byte[0][]));
  }

  private void drop(TaskId task, String what, String id) {
    CompletionStage<Long> stage =
        redis.eval(
            Script.PEER_DROP, ScriptOutputType.INTEGER, keys.task(task), bytes(what), bytes(id));
    redis.await(stage);
  }

  private List<byte[]> arguments(PeerRecord peer, String mode) {
    int count = peer.pieces().count();
    List<byte[]> args = new ArrayList<>();
    args.add(bytes(peer.id().value()));
    args.add(bytes(peer.host().id().value()));
    args.add(bytes(peer.owner()));
    args.add(bytes(mode));
    args.add(bytes(peer.state().name()));
    args.add(bytes(peer.standing().key()));
    args.add(HostCodec.encodeEntry(peer.state(), count, peer.host()));
    args.add(peer.pieces().toBytes());
    args.add(number(count));
    args.add(number(peer.lease().map(Duration::toMillis).orElse(-1L)));
    args.add(number(peer.priority()));
    args.add(number(peer.createdAt().toEpochMilli()));
    args.add(number(timeToLive.toMillis()));
    args.add(number(peer.updatedAt().toEpochMilli()));
    return args;
  }

  private static Saved saved(long answer) {
    return switch ((int) answer) {
      case 0 -> Saved.DONE;
      case 1 -> Saved.TASK_MISSING;
      default -> Saved.SUPERSEDED;
    };
  }

  private static String field(Map<String, byte[]> fields, String name) {
    byte[] value = fields.get(name);
    return value == null ? "0" : text(value);
  }
}
