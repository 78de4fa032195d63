package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.PeerStore.Committed;
import dev.dragonfly.scheduler.store.PeerStore.Saved;
import dev.dragonfly.scheduler.store.SampleSize;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one stream knows of its peer, and how it gets into the graph. Every write is whole, so that
 * an emptied store is filled again by the next one. Owned by the session's mailbox.
 */
final class PeerWriter {
  private final Graph graph;
  private final Registration registration;
  private final TaskSpec spec;
  private final String owner;
  private final Duration lease;
  private final Time time;
  private final Instant createdAt;
  private final BitSet pieces;
  private final List<Piece> unsavedPieces = new ArrayList<>();
  private Host host;
  private TaskFacts facts;
  private PeerState state = PeerState.PENDING;
  private boolean connected;
  private boolean dirty;

  PeerWriter(
      Graph graph, Registration registration, Host host, String owner, Duration lease, Time time) {
    this.graph = graph;
    this.registration = registration;
    this.spec = registration.event().spec().withRequestHeader(Map.of());
    this.host = host;
    this.owner = owner;
    this.lease = lease;
    this.time = time;
    this.createdAt = time.now();
    this.pieces = registration.event().held().toBitSet();
    this.facts = registration.event().facts();
  }

  TaskId taskId() {
    return registration.taskId();
  }

  PeerId peerId() {
    return registration.peerId();
  }

  Host host() {
    return host;
  }

  void refresh(Host fresh) {
    host = fresh;
  }

  PeerState state() {
    return state;
  }

  TaskFacts facts() {
    return facts;
  }

  /** Whether something is not written yet. */
  boolean isDirty() {
    return dirty;
  }

  /** Writes task and peer, for which this stream speaks from now on, and looks at the task. */
  TaskView enter(SampleSize sample) {
    return graph.peers().enter(spec, facts, record(leaseOf(state)), sample);
  }

  void state(PeerState next) {
    state = next;
    dirty = true;
  }

  void add(Piece piece) {
    pieces.set(piece.number());
    if (piece.traffic() == Piece.Traffic.BACK_TO_SOURCE && piece.digest().isPresent()) {
      unsavedPieces.add(piece);
    }
    dirty = true;
  }

  /** What the peer learnt, from the source itself or from others. */
  void learn(TaskFacts learnt, boolean fromSource) {
    TaskFacts known = fromSource ? withOwnKey(learnt) : learnt;
    facts = known.merge(facts);
    if (!known.equals(TaskFacts.NONE)) {
      graph.tasks().save(taskId(), spec, known, fromSource);
    }
  }

  /** What the graph knows, for when it must be told again. */
  void remember(TaskFacts known) {
    facts = facts.merge(known);
  }

  /**
   * Writes what changed. On failure it stays to be written.
   *
   * @return false when a later stream speaks for the peer
   */
  boolean save() {
    return save(leaseOf(state));
  }

  /** Writes the peer with a shorter lease, because its stream broke. */
  boolean release(Duration grace) {
    return save(leaseOf(state).map(usual -> grace));
  }

  /** Writes the peer as one that downloads from these parents. */
  Committed commit(List<PeerId> parents) {
    PeerState before = state;
    boolean wasConnected = connected;
    state = before == PeerState.BACK_TO_SOURCE ? before : PeerState.RUNNING;
    connected = true;
    Committed committed = graph.peers().commit(record(leaseOf(state)), parents);
    if (committed.parents().isEmpty()) {
      state = before;
      connected = wasConnected;
    } else if (committed.saved() == Saved.TASK_MISSING) {
      graph.tasks().save(taskId(), spec, facts, false);
    }
    return committed;
  }

  private boolean save(Optional<Duration> lasting) {
    Saved saved = graph.peers().save(record(lasting));
    if (saved == Saved.SUPERSEDED) {
      return false;
    }
    if (saved == Saved.TASK_MISSING) {
      graph.tasks().save(taskId(), spec, facts, false);
      graph.hosts().join(host.id(), taskId());
    }
    graph.tasks().savePieces(taskId(), unsavedPieces);
    unsavedPieces.clear();
    dirty = false;
    return true;
  }

  private PeerRecord record(Optional<Duration> lasting) {
    return new PeerRecord(
        peerId(),
        taskId(),
        host,
        state,
        standing(),
        PieceBitmap.of(pieces),
        registration.event().priority(),
        owner,
        lasting,
        createdAt,
        time.now());
  }

  private Optional<Duration> leaseOf(PeerState of) {
    return of == PeerState.SUCCEEDED ? Optional.empty() : Optional.of(lease);
  }

  private Standing standing() {
    if (host.disableShared()) {
      return Standing.NONE;
    }
    Standing some = pieces.isEmpty() ? Standing.NONE : Standing.PARTIAL;
    return switch (state) {
      case SUCCEEDED -> registration.partial() ? some : Standing.FULL;
      case BACK_TO_SOURCE -> facts.pieceLength().isPresent() ? Standing.FULL : some;
      case RUNNING -> pieces.isEmpty() && connected ? Standing.MESH : some;
      case PENDING, HOLDING -> some;
      case FAILED -> Standing.NONE;
    };
  }

  private TaskFacts withOwnKey(TaskFacts learnt) {
    if (host.readerKeyHex().isEmpty()) {
      return learnt;
    }
    ReaderKey own = new ReaderKey(host.id().value(), host.readerKeyHex().get());
    return learnt.merge(
        new TaskFacts(
            TaskFacts.NONE.contentLength(),
            TaskFacts.NONE.pieceLength(),
            Map.of(),
            Optional.empty(),
            List.of(own)));
  }
}
