package dev.dragonfly.scheduler.session;

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
import java.util.OptionalLong;

/**
 * What one stream knows of its peer, and how it gets into the graph. Every write is whole, so that
 * an emptied store is filled again by the next one. Owned by the session's mailbox.
 */
final class PeerWriter {
  /**
   * Pieces with digests that wait to be noted; what is more is not noted, it only serves to show.
   */
  private static final int MOST_UNSAVED = 4096;

  private final Graph graph;
  private final Registration registration;
  private final TaskSpec spec;
  private final String owner;
  private final Duration lease;
  private final Time time;
  private final Instant createdAt;
  private final BitSet pieces;
  private final ContentFacts content;
  private final List<Piece> unsavedPieces = new ArrayList<>();
  private Host host;
  private PeerState state = PeerState.PENDING;
  private boolean connected;
  private boolean everything;
  private boolean flows;
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
    this.content = new ContentFacts(graph.tasks(), registration, spec);
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
    return content.facts();
  }

  boolean hasPieces() {
    return !pieces.isEmpty();
  }

  /** Removes the peer: it has nothing and will have nothing. */
  void remove() {
    graph.peers().delete(taskId(), peerId());
  }

  /** Whether something is not written yet. */
  boolean isDirty() {
    return dirty;
  }

  /** Writes task and peer, for which this stream speaks from now on, and looks at the task. */
  TaskView enter(SampleSize sample) {
    TaskView view = graph.peers().enter(spec, record(leaseOf(state)), sample);
    boolean unknown = view.task().map(task -> task.facts().pieceLength().isEmpty()).orElse(true);
    if (unknown && hasPieces()) {
      content.healByClaim();
    }
    return view;
  }

  void state(PeerState next) {
    state = next;
    dirty = true;
  }

  /** Takes what the peer read at the source, by the epoch of its slot; see {@link ContentFacts}. */
  void learn(TaskFacts read, OptionalLong epoch) {
    content.learn(read, host, epoch);
  }

  /** Takes what the peer knows of the content: it counts while nothing is known. */
  void heal(TaskFacts told) {
    content.heal(told);
  }

  /** What the graph knows: it outweighs what the peer says. */
  void remember(TaskFacts known) {
    content.remember(known);
  }

  /** Whether a reader of the source is a parent for what it will have, not for its pieces only. */
  void flows(boolean comes) {
    dirty |= flows != comes;
    flows = comes;
  }

  void add(Piece piece) {
    pieces.set(piece.number());
    if (piece.traffic() == Piece.Traffic.BACK_TO_SOURCE
        && piece.digest().isPresent()
        && unsavedPieces.size() < MOST_UNSAVED) {
      unsavedPieces.add(piece);
    }
    dirty = true;
  }

  /** What the peer holds at its end; an upstream peer does not say. */
  void holds(PieceBitmap told) {
    if (isUpstream()) {
      everything = registration.event().range().isEmpty();
      return;
    }
    pieces.clear();
    pieces.or(told.toBitSet());
  }

  /**
   * Writes what changed. On failure it stays to be written.
   *
   * @return false when a later stream speaks for the peer, or it was deleted
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
      content.healEmptied();
    }
    return committed;
  }

  private boolean save(Optional<Duration> lasting) {
    Saved saved = graph.peers().save(record(lasting));
    if (saved == Saved.SUPERSEDED) {
      return false;
    }
    if (saved == Saved.TASK_MISSING) {
      content.healEmptied();
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
        held(),
        registration.event().priority(),
        owner,
        lasting,
        createdAt,
        time.now());
  }

  private Optional<Duration> leaseOf(PeerState of) {
    return of == PeerState.SUCCEEDED ? Optional.empty() : Optional.of(lease);
  }

  /** Follows from the pieces alone, but for readers of the source, who get everything. */
  private Standing standing() {
    if (host.disableShared() || content.isForeign()) {
      return Standing.NONE;
    }
    Standing some = pieces.isEmpty() ? Standing.NONE : Standing.PARTIAL;
    Standing held = holdsAll() ? Standing.FULL : some;
    return switch (state) {
      case SUCCEEDED, PENDING, HOLDING -> held;
      case BACK_TO_SOURCE -> readsAll() ? Standing.FULL : held;
      case RUNNING -> pieces.isEmpty() && connected ? Standing.MESH : held;
      case FAILED -> Standing.NONE;
    };
  }

  private boolean readsAll() {
    return flows && registration.event().range().isEmpty() && facts().pieceLength().isPresent();
  }

  private boolean holdsAll() {
    int count = facts().pieceCount();
    return everything || (count > 0 && pieces.get(0, count).cardinality() == count);
  }

  private PieceBitmap held() {
    int count = facts().pieceCount();
    return everything && count > 0 ? PieceBitmap.full(count) : PieceBitmap.of(pieces);
  }

  private boolean isUpstream() {
    return registration.event().extVersion() == 0;
  }
}
