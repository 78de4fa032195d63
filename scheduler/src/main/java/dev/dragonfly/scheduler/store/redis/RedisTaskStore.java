package dev.dragonfly.scheduler.store.redis;

import static dev.dragonfly.scheduler.store.redis.RedisBytes.bytes;
import static dev.dragonfly.scheduler.store.redis.RedisBytes.number;
import static dev.dragonfly.scheduler.store.redis.RedisBytes.text;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.SeedStatus;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.store.SampleSize;
import dev.dragonfly.scheduler.store.TaskStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tasks in Redis: a hash, a set of reader keys, and hashes of parents that can be sampled. */
final class RedisTaskStore implements TaskStore {
  private static final int FIELDS_OF_CANDIDATE = 4;

  private final RedisConnection redis;
  private final Keys keys;
  private final TaskScripts scripts;
  private final Time time;
  private final PeerForm peers;

  RedisTaskStore(RedisConnection redis, Keys keys, TaskScripts scripts, Time time, PeerForm peers) {
    this.redis = redis;
    this.keys = keys;
    this.scripts = scripts;
    this.time = time;
    this.peers = peers;
  }

  @Override
  public Learnt learn(TaskId id, SourceReader reader, TaskFacts facts) {
    List<byte[]> args = new ArrayList<>();
    args.add(bytes(reader.peer().value()));
    args.add(number(reader.epoch()));
    args.add(bytes(reader.host().id().value()));
    args.add(bytes(reader.host().readerKeyHex().orElse("")));
    args.add(number(time.now().toEpochMilli()));
    args.addAll(TaskForm.facts(facts));
    return switch ((int) (long) redis.await(scripts.count(Script.LEARN, id, args))) {
      case 0 -> Learnt.TAKEN;
      case 1 -> Learnt.CONTRADICTED;
      default -> Learnt.NO_SLOT;
    };
  }

  @Override
  public void heal(TaskId id, TaskSpec spec, TaskFacts facts) {
    List<byte[]> args = identity(spec);
    args.addAll(TaskForm.facts(facts));
    redis.await(scripts.count(Script.HEAL, id, args));
  }

  @Override
  public TaskView look(TaskId id, SampleSize sample) {
    return view(id, redis.await(scripts.list(Script.LOOK, id, sample(sample))));
  }

  /** The arguments of put_task. */
  List<byte[]> identity(TaskSpec spec) {
    List<byte[]> args = new ArrayList<>();
    args.add(TaskForm.identity(spec));
    args.add(number(time.now().toEpochMilli()));
    return args;
  }

  /** The arguments of look. */
  static List<byte[]> sample(SampleSize sample) {
    return List.of(number(sample.full()), number(sample.partial()), number(sample.mesh()));
  }

  /** What the answer of look says. */
  TaskView view(TaskId id, List<Object> answer) {
    Set<PeerId> readers = new HashSet<>();
    for (Object reader : list(answer.get(3))) {
      readers.add(new PeerId(text((byte[]) reader)));
    }
    List<?> seed = list(answer.get(4));
    return new TaskView(
        TaskForm.read(id, list(answer.get(0)), list(answer.get(1))),
        candidates(list(answer.get(2)), blames(list(answer.get(6)))),
        readers,
        seedStatus(text((byte[]) seed.get(0))),
        text((byte[]) seed.get(1)),
        (int) (long) answer.get(5));
  }

  @Override
  public void savePieces(TaskId id, List<Piece> pieces) {
    List<byte[]> args = new ArrayList<>();
    for (Piece piece : pieces) {
      args.add(number(piece.number()));
      args.add(TaskForm.piece(piece));
    }
    if (!args.isEmpty()) {
      redis.await(scripts.count(Script.PIECES, id, args));
    }
  }

  @Override
  public List<Piece> pieces(TaskId id) {
    List<Piece> pieces = new ArrayList<>();
    for (byte[] stored : redis.await(redis.async().hvals(bytes(keys.task(id) + "pieces")))) {
      TaskForm.readPiece(stored).ifPresent(pieces::add);
    }
    pieces.sort(Comparator.comparingInt(Piece::number));
    return pieces;
  }

  private List<Candidate> candidates(List<?> flat, Map<HostId, Integer> blames) {
    List<Candidate> candidates = new ArrayList<>(flat.size() / FIELDS_OF_CANDIDATE);
    for (int i = 0; i + 3 < flat.size(); i += FIELDS_OF_CANDIDATE) {
      Optional<PeerForm.Entry> entry = peers.read((byte[]) flat.get(i + 1));
      if (entry.isEmpty()) {
        continue;
      }
      candidates.add(
          new Candidate(
              new PeerId(text((byte[]) flat.get(i))),
              entry.get().host(),
              entry.get().state(),
              PeerForm.standing(text((byte[]) flat.get(i + 2))),
              entry.get().pieceCount(),
              Integer.parseInt(text((byte[]) flat.get(i + 3))),
              blames.getOrDefault(entry.get().host().id(), 0)));
    }
    return candidates;
  }

  private static Map<HostId, Integer> blames(List<?> flat) {
    Map<HostId, Integer> blames = new HashMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      blames.put(
          new HostId(text((byte[]) flat.get(i))), Integer.parseInt(text((byte[]) flat.get(i + 1))));
    }
    return blames;
  }

  private static SeedStatus seedStatus(String state) {
    return switch (state) {
      case "run" -> SeedStatus.RUNNING;
      case "none" -> SeedStatus.EXHAUSTED;
      default -> SeedStatus.IDLE;
    };
  }

  private static List<?> list(Object answer) {
    return (List<?>) answer;
  }
}
