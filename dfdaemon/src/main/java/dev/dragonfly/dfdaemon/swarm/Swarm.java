package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.dfdaemon.client.ParentPieces;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parents of one download and what each of them has. Workers take assignments from it; parents
 * tell it of pieces. All state is guarded by this object's monitor; nothing that blocks is called
 * while it is held.
 */
public final class Swarm implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Swarm.class);

  private final StoredTask stored;
  private final PeerId self;
  private final ParentPieces parentPieces;
  private final Choosing choosing;
  private final SwarmSettings settings;
  private final Events events;
  private final RunKeeper runs;

  private final Map<HostId, Neighbour> neighbours = new LinkedHashMap<>();
  private final Set<PeerId> failed = new HashSet<>();
  private boolean closed;

  /** What the download wants to hear. Called without the lock held; must be short. */
  public interface Events {
    /** A parent did not deliver. */
    void pieceFailed(OptionalInt piece, PeerId parent, PieceFailure failure);

    /**
     * Something changed that may need a new decision: a parent ended, was dropped, or an unknown
     * key.
     */
    void changed();
  }

  public Swarm(StoredTask stored, PeerId self, Claims claims, SwarmParts parts, Events events) {
    this.stored = stored;
    this.self = self;
    this.parentPieces = parts.parentPieces();
    this.choosing = new Choosing(stored, self, claims, parts);
    this.settings = parts.settings();
    this.events = events;
    this.runs = new RunKeeper(stored);
  }

  /** Takes in the parents of a decision; those already known stay as they are. */
  public void add(List<Parent> parents) {
    List<Neighbour> fresh = new ArrayList<>();
    synchronized (this) {
      for (Parent parent : parents) {
        Neighbour known = neighbours.get(parent.host().id());
        boolean replace =
            known == null || !known.mayGrow() && !known.parent.peerId().equals(parent.peerId());
        boolean again = known != null && known.ended && !known.dropped;
        if (closed || parent.peerId().equals(self) || !replace && !again) {
          continue;
        }
        Neighbour neighbour = new Neighbour(parent);
        neighbours.put(parent.host().id(), neighbour);
        fresh.add(neighbour);
      }
    }
    for (Neighbour neighbour : fresh) {
      subscribe(neighbour);
    }
  }

  private void subscribe(Neighbour neighbour) {
    int count =
        stored
            .layout()
            .filter(l -> l.contentLength().isPresent())
            .map(PieceLayout::pieceCount)
            .orElse(-1);
    AutoCloseable sync =
        parentPieces.sync(
            neighbour.parent,
            stored.id(),
            count,
            new ParentListener(this, neighbour, stored, runs));
    boolean late;
    synchronized (this) {
      neighbour.sync = sync;
      late = closed || neighbour.dropped;
    }
    if (late) {
      closeQuietly(sync);
    }
  }

  /** Peers that failed and are not to be offered again; forgets them. */
  public synchronized List<PeerId> drainFailed() {
    List<PeerId> drained = List.copyOf(failed);
    failed.clear();
    return drained;
  }

  /** Whether some parent delivers now or may have more to give. */
  public synchronized boolean hopeful() {
    if (choosing.isFlying()) {
      return true;
    }
    BitSet open = choosing.eligible(neighbours.values());
    for (Neighbour neighbour : neighbours.values()) {
      if (neighbour.mayGrow() || !neighbour.dropped && neighbour.has.intersects(open)) {
        return true;
      }
    }
    return false;
  }

  /** Number of parents that were not dropped. */
  public synchronized int size() {
    return (int) neighbours.values().stream().filter(n -> !n.dropped).count();
  }

  /**
   * The next thing to fetch; waits up to {@code maxWaitMillis} for one.
   *
   * @return empty when nothing came up
   */
  @SuppressWarnings("WaitNotInLoop") // Whoever gets nothing asks again.
  synchronized Optional<Assignment> take(long maxWaitMillis) throws InterruptedException {
    Optional<Assignment> now = closed ? Optional.empty() : choosing.choose(neighbours.values());
    if (now.isEmpty() && !closed) {
      wait(maxWaitMillis);
      now = closed ? Optional.empty() : choosing.choose(neighbours.values());
    }
    return now;
  }

  /** The assignment ended well. */
  synchronized void succeeded(Assignment assignment) {
    assignment.from().failures = 0;
    land(assignment);
  }

  /** The assignment failed; after corruption or too many failures the parent is dropped. */
  void failed(Assignment assignment, PieceFailure failure) {
    Neighbour from = assignment.from();
    AutoCloseable toClose = () -> {};
    synchronized (this) {
      from.failures++;
      if (failure == PieceFailure.GONE) {
        from.has.clear(assignment.piece());
      }
      if (failure == PieceFailure.CORRUPT || from.failures >= settings.failuresPerParent()) {
        toClose = drop(from);
      }
      land(assignment);
    }
    closeQuietly(toClose);
    events.pieceFailed(OptionalInt.of(assignment.piece()), from.parent.peerId(), failure);
    events.changed();
  }

  private AutoCloseable drop(Neighbour neighbour) {
    neighbour.dropped = true;
    neighbour.has.clear();
    failed.add(neighbour.parent.peerId());
    LOG.info(
        "parent dropped task={} parent={} failures={}",
        stored.id(),
        neighbour.parent.peerId(),
        neighbour.failures);
    return neighbour.sync;
  }

  private void land(Assignment assignment) {
    choosing.land(assignment);
    notifyAll();
  }

  /** A parent has a piece; {@code forged} when what it said of the bytes was not signed rightly. */
  void available(Neighbour neighbour, int piece, InetSocketAddress data, RunKeeper.Outcome runs) {
    boolean forged = runs == RunKeeper.Outcome.FORGED;
    AutoCloseable toClose = () -> {};
    synchronized (this) {
      if (forged) {
        toClose = drop(neighbour);
      } else if (!neighbour.dropped) {
        neighbour.data = data;
        neighbour.has.set(piece);
      }
      notifyAll();
    }
    closeQuietly(toClose);
    if (forged) {
      events.pieceFailed(OptionalInt.of(piece), neighbour.parent.peerId(), PieceFailure.CORRUPT);
    }
    if (runs != RunKeeper.Outcome.KEPT) {
      events.changed();
    }
  }

  /** A parent will say no more. */
  void ended(Neighbour neighbour, @Nullable Throwable cause) {
    synchronized (this) {
      neighbour.ended = true;
      if (cause != null) {
        failed.add(neighbour.parent.peerId());
      }
      notifyAll();
    }
    LOG.debug(
        "parent ended task={} parent={} cause={}",
        stored.id(),
        neighbour.parent.peerId(),
        String.valueOf(cause));
    events.changed();
  }

  /** The layout or the length became known. */
  void learnt() {
    events.changed();
    wake();
  }

  /** Wakes the workers, for example because claims were released. */
  public synchronized void wake() {
    notifyAll();
  }

  @Override
  public void close() {
    List<AutoCloseable> syncs = new ArrayList<>();
    synchronized (this) {
      closed = true;
      neighbours.values().forEach(n -> syncs.add(n.sync));
      notifyAll();
    }
    syncs.forEach(Swarm::closeQuietly);
  }

  synchronized boolean isClosed() {
    return closed;
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.debug("closing a subscription failed", e);
    }
  }
}
