package dev.dragonfly.scheduler.store.memory;

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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Tasks in memory. */
final class MemoryTasks implements TaskStore {
  private final MemoryState state;

  MemoryTasks(MemoryState state) {
    this.state = state;
  }

  @Override
  public void save(TaskId id, TaskSpec spec, TaskFacts facts, boolean fromSource) {
    boolean learnt = state.run(() -> put(id, spec, withoutSecrets(facts), fromSource));
    if (learnt) {
      state.wake(id);
    }
  }

  @Override
  public Optional<TaskRecord> find(TaskId id) {
    return state.run(() -> Optional.ofNullable(state.task(id).record));
  }

  @Override
  public TaskView look(TaskId id, SampleSize sample) {
    return state.run(() -> {
      KnownTask task = state.task(id);
      List<Candidate> candidates = new ArrayList<>();
      candidates.addAll(some(task, Standing.FULL, sample.full()));
      candidates.addAll(some(task, Standing.PARTIAL, sample.partial()));
      candidates.addAll(some(task, Standing.MESH, sample.mesh()));
      Set<PeerId> readers = new HashSet<>();
      task.readers.forEach((peer, until) -> {
        if (until > state.millis()) {
          readers.add(peer);
        }
      });
      SeedStatus seed = SeedStatus.IDLE;
      if (task.seedUntil > state.millis()) {
        seed = task.seedState.equals("run") ? SeedStatus.RUNNING : SeedStatus.EXHAUSTED;
      }
      int count =
          (int)
              task.peers.values().stream()
                  .filter(known -> known.peer().standing() != Standing.NONE)
                  .count();
      return new TaskView(
          Optional.ofNullable(task.record), candidates, readers, seed, task.seedHost, count);
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

  @Override
  public void delete(TaskId id) {
    state.run(() -> Optional.ofNullable(state.tasks.remove(id)));
  }

  private boolean put(TaskId id, TaskSpec spec, TaskFacts facts, boolean fromSource) {
    KnownTask task = state.task(id);
    TaskRecord old = task.record;
    TaskFacts known = old == null ? TaskFacts.NONE : old.facts();
    TaskFacts identity =
        new TaskFacts(
            TaskFacts.NONE.contentLength(),
            TaskFacts.NONE.pieceLength(),
            Map.of(),
            facts.digest().or(spec::digest),
            List.of());
    TaskFacts merged = (fromSource ? facts.merge(known) : known.merge(facts)).merge(identity);
    task.record =
        new TaskRecord(
            id,
            spec.withRequestHeader(Map.of()),
            merged,
            old == null ? state.time.now() : old.createdAt(),
            state.time.now());
    boolean sameKeys = Set.copyOf(known.readerKeys()).equals(Set.copyOf(merged.readerKeys()));
    return !sameKeys
        || !known.contentLength().equals(merged.contentLength())
        || !known.pieceLength().equals(merged.pieceLength());
  }

  private List<Candidate> some(KnownTask task, Standing standing, int limit) {
    return task.peers.values().stream()
        .filter(known -> known.peer().standing() == standing && believed(known))
        .limit(limit)
        .map(known -> candidate(task, known.peer()))
        .toList();
  }

  private boolean believed(KnownPeer known) {
    return known.until() == null || known.until() > state.millis();
  }

  private static Candidate candidate(KnownTask task, PeerRecord peer) {
    int children =
        (int) task.edges.values().stream().filter(list -> list.contains(peer.id())).count();
    return new Candidate(
        peer.id(),
        peer.host(),
        peer.state(),
        peer.standing(),
        peer.pieces().count(),
        children,
        task.blames.getOrDefault(peer.id(), Set.of()).size());
  }

  private static TaskFacts withoutSecrets(TaskFacts facts) {
    Map<String, String> header =
        facts.responseHeader().entrySet().stream()
            .filter(entry ->
                !Set.of("authorization", "cookie", "set-cookie")
                    .contains(entry.getKey().toLowerCase(Locale.ROOT)))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return new TaskFacts(
        facts.contentLength(), facts.pieceLength(), header, facts.digest(), facts.readerKeys());
  }
}
