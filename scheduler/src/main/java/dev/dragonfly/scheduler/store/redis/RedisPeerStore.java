package dev.dragonfly.scheduler.store.redis;

import static dev.dragonfly.scheduler.store.redis.RedisBytes.bytes;
import static dev.dragonfly.scheduler.store.redis.RedisBytes.number;
import static dev.dragonfly.scheduler.store.redis.RedisBytes.text;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.store.PeerStore;
import dev.dragonfly.scheduler.store.SampleSize;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Peers in Redis: a hash per peer, index entries of the task, edges of the task. */
final class RedisPeerStore implements PeerStore {
  /** Most commands that are sent before their answers are awaited. */
  private static final int PIPELINE = 300;

  /** Of a million pieces, more than any content has. */
  private static final int MOST_BITMAP = 1 << 17;

  private final RedisConnection redis;
  private final Keys keys;
  private final TaskScripts scripts;
  private final RedisTaskStore tasks;
  private final RedisHostStore hosts;
  private final PeerForm form;

  RedisPeerStore(
      RedisConnection redis,
      Keys keys,
      TaskScripts scripts,
      RedisTaskStore tasks,
      RedisHostStore hosts,
      PeerForm form) {
    this.redis = redis;
    this.keys = keys;
    this.scripts = scripts;
    this.tasks = tasks;
    this.hosts = hosts;
    this.form = form;
  }

  @Override
  public TaskView enter(TaskSpec spec, PeerRecord peer, SampleSize sample) {
    List<byte[]> args = arguments(peer, "take");
    args.addAll(tasks.identity(spec));
    args.addAll(RedisTaskStore.sample(sample));
    CompletionStage<List<Object>> entered = scripts.list(Script.ENTER, peer.taskId(), args);
    CompletionStage<Long> joined = hosts.startJoin(peer.host().id(), peer.taskId());
    TaskView view = tasks.view(peer.taskId(), redis.await(entered));
    redis.await(joined);
    return view;
  }

  @Override
  public Saved save(PeerRecord peer) {
    return saved(
        redis.await(scripts.count(Script.PEER_PUT, peer.taskId(), arguments(peer, "save"))));
  }

  @Override
  public void hold(List<Held> held) {
    List<CompletionStage<?>> sent = new ArrayList<>();
    for (Held one : held) {
      PeerRecord peer = one.peer();
      List<byte[]> args = arguments(peer, "hold");
      args.addAll(tasks.identity(one.spec()));
      args.addAll(TaskForm.facts(one.facts()));
      args.add(bytes(one.readSource() ? peer.host().readerKeyHex().orElse("") : ""));
      sent.add(scripts.count(Script.HOLD, peer.taskId(), args));
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
    List<Object> answer = redis.await(scripts.list(Script.COMMIT, child.taskId(), args));
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
    return Optional.ofNullable(fields.get("entry"))
        .flatMap(form::read)
        .map(entry -> record(task, peer, entry, fields));
  }

  @Override
  public void delete(TaskId task, PeerId peer) {
    redis.await(startDrop(task, "peer", peer.value(), Instant.EPOCH));
  }

  @Override
  public void deleteHost(HostId host, Collection<TaskId> given) {
    drop(host, given, "host", Instant.EPOCH);
  }

  @Override
  public void retire(HostId host, Collection<TaskId> given, Instant asked) {
    // Where a stream speaks for the host it goes on taking part, and is found when it leaves.
    hosts.part(host, drop(host, given, "unreported", asked));
  }

  @Override
  public Set<HostId> blame(TaskId task, HostId reporter, Set<HostId> blamed, int limit) {
    List<byte[]> args = new ArrayList<>();
    args.add(bytes(reporter.value()));
    args.add(number(limit));
    blamed.forEach(host -> args.add(bytes(host.value())));
    Set<HostId> reached = new HashSet<>();
    for (Object host : redis.await(scripts.list(Script.BLAME, task, args))) {
      reached.add(new HostId(text((byte[]) host)));
    }
    return reached;
  }

  /** Drops peers of the host; answers the tasks in which none is left. */
  private List<TaskId> drop(HostId host, Collection<TaskId> given, String what, Instant asked) {
    List<TaskId> left = new ArrayList<>();
    List<TaskId> order = List.copyOf(given);
    for (int from = 0; from < order.size(); from += PIPELINE) {
      List<TaskId> some = order.subList(from, Math.min(order.size(), from + PIPELINE));
      List<CompletionStage<Long>> sent = new ArrayList<>(some.size());
      for (TaskId task : some) {
        sent.add(startDrop(task, what, host.value(), asked));
      }
      for (int i = 0; i < some.size(); i++) {
        if (redis.await(sent.get(i)) == 0) {
          left.add(some.get(i));
        }
      }
    }
    return left;
  }

  private CompletionStage<Long> startDrop(TaskId task, String what, String id, Instant asked) {
    List<byte[]> args = List.of(bytes(what), bytes(id), number(asked.toEpochMilli()));
    return scripts.count(Script.PEER_DROP, task, args);
  }

  /** The arguments of put_peer. */
  private static List<byte[]> arguments(PeerRecord peer, String mode) {
    byte[] bitmap = peer.pieces().toBytes();
    if (bitmap.length > MOST_BITMAP) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "Stored peer %s: its bitmap has %d bytes (at most %d)"
              .formatted(peer.id(), bitmap.length, MOST_BITMAP));
    }
    List<byte[]> args = new ArrayList<>();
    args.add(bytes(peer.id().value()));
    args.add(bytes(peer.host().id().value()));
    args.add(bytes(peer.owner()));
    args.add(bytes(mode));
    args.add(bytes(peer.state().name()));
    args.add(bytes(peer.standing().key()));
    args.add(PeerForm.write(peer));
    args.add(bitmap);
    args.add(number(peer.pieces().count()));
    args.add(number(peer.lease().map(Duration::toMillis).orElse(-1L)));
    args.add(number(peer.priority()));
    args.add(number(peer.createdAt().toEpochMilli()));
    args.add(number(peer.updatedAt().toEpochMilli()));
    return args;
  }

  private static PeerRecord record(
      TaskId task, PeerId peer, PeerForm.Entry entry, Map<String, byte[]> fields) {
    return new PeerRecord(
        peer,
        task,
        entry.host(),
        entry.state(),
        PeerForm.standing(field(fields, "cls")),
        PieceBitmap.parse(fields.getOrDefault("bm", new byte[0])),
        Integer.parseInt(field(fields, "prio")),
        field(fields, "owner"),
        Optional.empty(),
        Instant.ofEpochMilli(Long.parseLong(field(fields, "created"))),
        Instant.ofEpochMilli(Long.parseLong(field(fields, "updated"))));
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
