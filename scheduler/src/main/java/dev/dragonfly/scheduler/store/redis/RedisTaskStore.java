package dev.dragonfly.scheduler.store.redis;

import static dev.dragonfly.scheduler.store.redis.RedisConnection.bytes;
import static dev.dragonfly.scheduler.store.redis.RedisHostStore.number;
import static dev.dragonfly.scheduler.store.redis.RedisHostStore.text;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.SeedStatus;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.resource.TaskRecord;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.store.SampleSize;
import dev.dragonfly.scheduler.store.TaskStore;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Tasks in Redis: a hash, a set of reader keys, and hashes of parents that can be sampled. */
final class RedisTaskStore implements TaskStore {
  private final RedisConnection redis;
  private final Keys keys;
  private final Duration timeToLive;
  private final Time time;
  private final HostCache hosts = new HostCache();

  RedisTaskStore(RedisConnection redis, Keys keys, Duration timeToLive, Time time) {
    this.redis = redis;
    this.keys = keys;
    this.timeToLive = timeToLive;
    this.time = time;
  }

  @Override
  public void save(TaskId id, TaskSpec spec, TaskFacts facts, boolean fromSource) {
    redis.await(startSave(id, spec, facts, fromSource));
  }

  @Override
  public Optional<TaskRecord> find(TaskId id) {
    return look(id, new SampleSize(1, 1, 1)).task();
  }

  @Override
  public TaskView look(TaskId id, SampleSize sample) {
    return view(id, redis.await(startLook(id, sample)));
  }

  /** Sends the write without waiting for it. */
  CompletionStage<Long> startSave(TaskId id, TaskSpec spec, TaskFacts facts, boolean fromSource) {
    List<byte[]> args = saveArguments(spec, facts, fromSource);
    return redis.eval(
        Script.TASK_PUT, ScriptOutputType.INTEGER, keys.task(id), args.toArray(new byte[0][]));
  }

  /** The arguments of {@code put_task}. */
  List<byte[]> saveArguments(TaskSpec spec, TaskFacts facts, boolean fromSource) {
    List<byte[]> args = new ArrayList<>();
    args.add(number(time.now().toEpochMilli()));
    args.add(number(timeToLive.toMillis()));
    args.add(number(fromSource ? 1 : 0));
    args.addAll(TaskCodec.arguments(spec, facts));
    return args;
  }

  /** Sends the read without waiting for it. */
  CompletionStage<List<Object>> startLook(TaskId id, SampleSize sample) {
    return redis.eval(
        Script.LOOK,
        ScriptOutputType.MULTI,
        keys.task(id),
        number(sample.full()),
        number(sample.partial()),
        number(sample.mesh()));
  }

  /** What the answer to {@link #startLook} says. */
  TaskView view(TaskId id, List<Object> answer) {
    Set<PeerId> readers = new HashSet<>();
    for (Object reader : list(answer.get(3))) {
      readers.add(new PeerId(text((byte[]) reader)));
    }
    List<?> seed = list(answer.get(4));
    return new TaskView(
        TaskCodec.decode(id, list(answer.get(0)), list(answer.get(1))),
        candidates(list(answer.get(2))),
        readers,
        seedStatus(text((byte[]) seed.get(0))),
        text((byte[]) seed.get(1)),
        (int) (long) answer.get(5));
  }

  @Override
  @SuppressWarnings("UndefinedEquals") // The map is a list of pairs; nobody looks anything up.
  public void savePieces(TaskId id, List<Piece> pieces) {
    if (pieces.isEmpty()) {
      return;
    }
    Map<byte[], byte[]> fields = new HashMap<>();
    for (Piece piece : pieces) {
      Packer value =
          new Packer()
              .number(piece.offset())
              .number(piece.length())
              .text(piece.digest().map(Digest::toString).orElse(""))
              .text(piece.traffic().name())
              .number(piece.cost().toNanos())
              .number(piece.createdAt().toEpochMilli());
      fields.put(number(piece.number()), value.toBytes());
    }
    redis.await(redis.async().hset(bytes(keys.task(id) + "pieces"), fields));
  }

  @Override
  public List<Piece> pieces(TaskId id) {
    List<Piece> pieces = new ArrayList<>();
    Map<byte[], byte[]> stored =
        redis.await(redis.async().hgetall(bytes(keys.task(id) + "pieces")));
    for (Map.Entry<byte[], byte[]> entry : stored.entrySet()) {
      pieces.add(piece(Integer.parseInt(text(entry.getKey())), new Unpacker(entry.getValue())));
    }
    pieces.sort(Comparator.comparingInt(Piece::number));
    return pieces;
  }

  @Override
  public void delete(TaskId id) {
    CompletionStage<Long> done =
        redis.eval(Script.TASK_DROP, ScriptOutputType.INTEGER, keys.task(id));
    redis.await(done);
  }

  private static Piece piece(int number, Unpacker in) {
    long offset = in.number();
    long length = in.number();
    String digest = in.text();
    return new Piece(
        number,
        offset,
        length,
        digest.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(digest)),
        Piece.Traffic.valueOf(in.text()),
        Optional.empty(),
        Duration.ofNanos(in.number()),
        Instant.ofEpochMilli(in.number()));
  }

  private List<Candidate> candidates(List<?> flat) {
    List<Candidate> candidates = new ArrayList<>(flat.size() / 5);
    for (int i = 0; i + 4 < flat.size(); i += 5) {
      HostCodec.Entry entry = entry((byte[]) flat.get(i + 1));
      candidates.add(
          new Candidate(
              new PeerId(text((byte[]) flat.get(i))),
              entry.host(),
              entry.state(),
              standing(text((byte[]) flat.get(i + 2))),
              entry.pieceCount(),
              Integer.parseInt(text((byte[]) flat.get(i + 3))),
              Integer.parseInt(text((byte[]) flat.get(i + 4)))));
    }
    return candidates;
  }

  /** Reads an index entry. */
  HostCodec.Entry entry(byte[] stored) {
    return HostCodec.decodeEntry(stored, hosts);
  }

  static Standing standing(String key) {
    for (Standing standing : Standing.values()) {
      if (standing.key().equals(key)) {
        return standing;
      }
    }
    return Standing.NONE;
  }

  private static SeedStatus seedStatus(String state) {
    return switch (state) {
      case "run" -> SeedStatus.RUNNING;
      case "none" -> SeedStatus.EXHAUSTED;
      default -> SeedStatus.IDLE;
    };
  }

  private static List<?> list(Object value) {
    return (List<?>) value;
  }
}
