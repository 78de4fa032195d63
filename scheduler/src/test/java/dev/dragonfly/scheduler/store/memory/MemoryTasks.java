package dev.dragonfly.scheduler.store.memory;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.SeedStatus;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.resource.TaskRecord;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.store.SampleSize;
import dev.dragonfly.scheduler.store.TaskStore;
import dev.dragonfly.scheduler.store.memory.MemoryState.KnownPeer;
import dev.dragonfly.scheduler.store.memory.MemoryState.KnownTask;
import dev.dragonfly.scheduler.store.memory.MemoryState.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Tasks in memory. */
final class MemoryTasks implements TaskStore {
  private static final int MOST_KEYS = 64;

  private final MemoryState state;

  MemoryTasks(MemoryState state) {
    this.state = state;
  }

  @Override
  public Learnt learn(TaskId id, SourceReader reader, TaskFacts facts) {
    Learnt learnt = state.run(() -> take(state.task(id), reader, clean(facts)));
    if (learnt == Learnt.TAKEN) {
      state.wake(id);
    }
    return learnt;
  }

  @Override
  public void heal(TaskId id, TaskSpec spec, TaskFacts facts) {
    create(id, spec);
    TaskFacts told = clean(facts);
    boolean learnt =
        state.run(() -> {
          KnownTask task = state.task(id);
          boolean unknown =
              task.facts.contentLength().isEmpty()
                  && task.facts.pieceLength().isEmpty()
                  && task.facts.version().isEmpty();
          boolean says =
              !told.isEmptyContent()
                  && (told.contentLength().isPresent() || told.pieceLength().isPresent());
          if (unknown && says) {
            task.facts = told;
          }
          return unknown && says;
        });
    if (learnt) {
      state.wake(id);
    }
  }

  /** Notes who the task is, once. */
  void create(TaskId id, TaskSpec spec) {
    state.run(() -> {
      KnownTask task = state.task(id);
      if (task.record == null) {
        TaskSpec identity =
            new TaskSpec(
                spec.kind(),
                spec.url(),
                Optional.empty(),
                spec.tag(),
                spec.application(),
                spec.filteredQueryParams(),
                Map.of(),
                spec.pieceLength(),
                spec.contentForId(),
                spec.idFromBlobDigest());
        task.record =
            new TaskRecord(id, identity, TaskFacts.NONE, state.time.now(), state.time.now());
      }
      return 0;
    });
  }

  @Override
  public TaskView look(TaskId id, SampleSize sample) {
    return state.run(() -> {
      KnownTask task = state.task(id);
      sweep(task);
      List<Candidate> candidates = new ArrayList<>();
      candidates.addAll(some(task, Standing.FULL, sample.full()));
      candidates.addAll(some(task, Standing.PARTIAL, sample.partial()));
      candidates.addAll(some(task, Standing.MESH, sample.mesh()));
      Set<PeerId> readers = new HashSet<>();
      task.readers.forEach((peer, slot) -> {
        if (slot.until() > state.millis()) {
          readers.add(peer);
        }
      });
      SeedStatus seed = SeedStatus.IDLE;
      if (task.seedUntil > state.millis()) {
        seed = task.seedState.equals("run") ? SeedStatus.RUNNING : SeedStatus.EXHAUSTED;
      }
      int count = (int) task.peers.values().stream().filter(KnownPeer::offered).count();
      return new TaskView(record(task), candidates, readers, seed, task.seedHost, count);
    });
  }

  @Override
  public void savePieces(TaskId id, List<Piece> pieces) {
    state.run(() -> {
      pieces.forEach(piece -> state.task(id).pieces.put(piece.number(), piece));
      return 0;
    });
  }

  @Override
  public List<Piece> pieces(TaskId id) {
    return state.run(() -> List.copyOf(state.task(id).pieces.values()));
  }

  /** Adds the announced key of a reader, one of each host. */
  static void addKey(KnownTask task, Host reader) {
    if (reader.readerKeyHex().isEmpty() || task.banned.contains(reader.id())) {
      return;
    }
    if (task.keys.size() >= MOST_KEYS) {
      Set<HostId> here =
          task.peers.values().stream()
              .map(known -> known.peer().host().id())
              .collect(Collectors.toSet());
      task.keys.keySet().retainAll(here);
    }
    if (task.keys.size() < MOST_KEYS || task.keys.containsKey(reader.id())) {
      task.keys.put(reader.id(), new ReaderKey(reader.id().value(), reader.readerKeyHex().get()));
    }
  }

  private Learnt take(KnownTask task, SourceReader reader, TaskFacts told) {
    Slot slot = task.readers.get(reader.peer());
    if (slot == null || slot.epoch() != reader.epoch() || slot.until() <= state.millis()) {
      return Learnt.NO_SLOT;
    }
    if (contradicts(told, task.facts)) {
      if (task.read && othersHold(task, reader.host())) {
        return Learnt.CONTRADICTED;
      }
      task.facts = TaskFacts.NONE;
      task.peers.replaceAll((id, known) -> known.hidden());
      task.keys.clear();
      task.pieces.clear();
    }
    TaskFacts old = task.facts;
    boolean less =
        (old.contentLength().isPresent() && told.contentLength().isEmpty())
            || (old.pieceLength().isPresent() && told.pieceLength().isEmpty())
            || (old.version().isPresent() && told.version().isEmpty());
    if (!less) {
      task.facts = told;
      task.read = true;
    }
    addKey(task, reader.host());
    return Learnt.TAKEN;
  }

  private boolean othersHold(KnownTask task, Host reader) {
    return task.peers.values().stream()
        .filter(known -> known.offered() && known.peer().standing().isRoot() && state.lives(known))
        .anyMatch(known -> !known.peer().host().id().equals(reader.id()));
  }

  static boolean contradicts(TaskFacts told, TaskFacts old) {
    return differ(told.contentLength(), old.contentLength())
        || differ(told.pieceLength(), old.pieceLength())
        || (told.version().isPresent()
            && old.version().isPresent()
            && !told.version().equals(old.version()));
  }

  private static boolean differ(OptionalLong told, OptionalLong old) {
    return told.isPresent() && old.isPresent() && !told.equals(old);
  }

  private Optional<TaskRecord> record(KnownTask task) {
    TaskRecord known = task.record;
    if (known == null) {
      return Optional.empty();
    }
    TaskFacts facts = task.facts.withReaderKeys(List.copyOf(task.keys.values()));
    return Optional.of(
        new TaskRecord(known.id(), known.spec(), facts, known.createdAt(), known.updatedAt()));
  }

  private void sweep(KnownTask task) {
    task.peers.replaceAll((id, known) -> {
      if (state.lives(known)) {
        return known;
      }
      task.edges.remove(id);
      return known.hidden();
    });
  }

  private List<Candidate> some(KnownTask task, Standing standing, int limit) {
    Map<PeerId, Integer> children = new HashMap<>();
    task.edges
        .values()
        .forEach(parents -> {
          for (PeerId parent : parents) {
            children.merge(parent, 1, Integer::sum);
          }
        });
    return task.peers.values().stream()
        .filter(known -> known.offered() && known.peer().standing() == standing)
        .limit(limit)
        .map(known -> candidate(task, known.peer(), children.getOrDefault(known.peer().id(), 0)))
        .toList();
  }

  private static Candidate candidate(KnownTask task, PeerRecord peer, int children) {
    return new Candidate(
        peer.id(),
        peer.host(),
        peer.state(),
        peer.standing(),
        peer.pieces().count(),
        children,
        task.blames.getOrDefault(peer.host().id(), Set.of()).size());
  }

  /** Without secrets, keys and digests. */
  private static TaskFacts clean(TaskFacts facts) {
    Map<String, String> header =
        facts.responseHeader().entrySet().stream()
            .filter(entry ->
                !Set.of("authorization", "cookie", "set-cookie")
                    .contains(entry.getKey().toLowerCase(Locale.ROOT)))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return new TaskFacts(
        facts.contentLength(),
        facts.pieceLength(),
        header,
        Optional.empty(),
        List.of(),
        facts.version());
  }
}
