package dev.dragonfly.dfdaemon.piece;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.digest.SignedRun;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.client.ParentPieces;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
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
  private final Claims claims;
  private final ParentPieces parentPieces;
  private final PiecePicker picker;
  private final SwarmSettings settings;
  private final Time time;
  private final Events events;
  private final RunKeeper runs;

  private final Map<HostId, Neighbour> neighbours = new LinkedHashMap<>();
  private final Map<Integer, Flight> flights = new HashMap<>();
  private final Set<PeerId> failed = new HashSet<>();
  private long lastFlightNanos;
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

  /** What a worker is to do. */
  record Assignment(int piece, Neighbour from, InetSocketAddress data, boolean hedge) {}

  private record Flight(long sinceNanos, Neighbour from, int copies) {}

  public Swarm(StoredTask stored, PeerId self, Claims claims, Engine engine, Events events) {
    this.stored = stored;
    this.self = self;
    this.claims = claims;
    this.parentPieces = engine.parentPieces();
    this.picker = new PiecePicker(engine.random());
    this.settings = engine.swarm();
    this.time = engine.time();
    this.events = events;
    this.runs = new RunKeeper(stored);
    this.lastFlightNanos = time.nanos();
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
        parentPieces.sync(neighbour.parent, stored.id(), count, new NeighbourListener(neighbour));
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
    if (!flights.isEmpty()) {
      return true;
    }
    BitSet open = eligible();
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
  synchronized Optional<Assignment> take(long maxWaitMillis) throws InterruptedException {
    Optional<Assignment> now = closed ? Optional.empty() : choose();
    if (now.isEmpty() && !closed) {
      wait(maxWaitMillis);
      now = closed ? Optional.empty() : choose();
    }
    return now;
  }

  private Optional<Assignment> choose() {
    List<Neighbour> list = new ArrayList<>(neighbours.values());
    List<PiecePicker.Offer> offers = new ArrayList<>(list.size());
    for (Neighbour n : list) {
      int free = n.dropped || n.data == null ? 0 : settings.piecesPerParent() - n.inFlight;
      offers.add(new PiecePicker.Offer(n.has, n.isSeed(), free, n.inFlight));
    }
    boolean idle =
        flights.isEmpty() && time.nanos() - lastFlightNanos > settings.idleAfter().toNanos();
    Place place = place(list);
    Optional<PiecePicker.Pick> pick =
        picker.pick(new PiecePicker.View(eligible(), offers, place.rank(), place.peers(), idle));
    if (pick.isEmpty()) {
      return hedge(list);
    }
    int piece = pick.get().piece();
    if (!claims.claim(piece)) {
      return Optional.empty();
    }
    return Optional.of(depart(piece, list.get(pick.get().neighbour()), false));
  }

  private Assignment depart(int piece, Neighbour from, boolean hedge) {
    from.inFlight++;
    Flight before = flights.get(piece);
    flights.put(piece, new Flight(time.nanos(), from, before == null ? 1 : before.copies() + 1));
    InetSocketAddress data = from.data;
    if (data == null) {
      throw new IllegalStateException(
          "picked a parent without an address: " + from.parent.peerId());
    }
    return new Assignment(piece, from, data, hedge);
  }

  /** When all that is left is in flight and old, asks a second parent for it too. */
  private Optional<Assignment> hedge(List<Neighbour> list) {
    long old = time.nanos() - settings.hedgeAfter().toNanos();
    for (Map.Entry<Integer, Flight> flight : flights.entrySet()) {
      if (flight.getValue().copies() > 1 || flight.getValue().sinceNanos() > old) {
        continue;
      }
      for (Neighbour n : list) {
        boolean other = n != flight.getValue().from() && !n.dropped && n.data != null;
        if (other && n.has.get(flight.getKey()) && n.inFlight < settings.piecesPerParent()) {
          return Optional.of(depart(flight.getKey(), n, true));
        }
      }
    }
    return Optional.empty();
  }

  private record Place(int rank, int peers) {}

  /** This peer's place among the ordinary peers it knows, in the order of their ids. */
  private Place place(List<Neighbour> list) {
    int rank = 0;
    int peers = 1;
    for (Neighbour n : list) {
      if (!n.isSeed() && !n.dropped && !n.parent.finished()) {
        peers++;
        if (n.parent.peerId().value().compareTo(self.value()) < 0) {
          rank++;
        }
      }
    }
    return new Place(rank, peers);
  }

  /** Open pieces whose bytes can be verified. */
  private BitSet eligible() {
    BitSet open = claims.open();
    if (stored.facts().readerKeys().isEmpty()) {
      return open;
    }
    BitSet offered = new BitSet();
    for (Neighbour n : neighbours.values()) {
      offered.or(n.has);
    }
    open.and(offered);
    for (int p = open.nextSetBit(0); p >= 0; p = open.nextSetBit(p + 1)) {
      if (!stored.coversPiece(p)) {
        open.clear(p);
      }
    }
    return open;
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
    assignment.from().inFlight--;
    Flight flight = flights.remove(assignment.piece());
    if (flight != null && flight.copies() > 1) {
      flights.put(
          assignment.piece(), new Flight(flight.sinceNanos(), flight.from(), flight.copies() - 1));
    } else {
      claims.release(assignment.piece());
    }
    lastFlightNanos = time.nanos();
    notifyAll();
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

  /** What one parent says. */
  private final class NeighbourListener implements ParentPieces.Listener {
    private final Neighbour neighbour;

    NeighbourListener(Neighbour neighbour) {
      this.neighbour = neighbour;
    }

    @Override
    public void pieceAvailable(
        int number, long offset, long length, InetSocketAddress data, List<SignedRun> signed) {
      RunKeeper.Outcome outcome = runs.keep(signed);
      boolean forged = outcome == RunKeeper.Outcome.FORGED;
      AutoCloseable toClose = () -> {};
      synchronized (Swarm.this) {
        if (forged) {
          toClose = drop(neighbour);
        } else if (!neighbour.dropped) {
          neighbour.data = data;
          neighbour.has.set(number);
        }
        Swarm.this.notifyAll();
      }
      closeQuietly(toClose);
      if (forged) {
        events.pieceFailed(OptionalInt.of(number), neighbour.parent.peerId(), PieceFailure.CORRUPT);
      }
      if (outcome != RunKeeper.Outcome.KEPT) {
        events.changed();
      }
    }

    @Override
    public void factsLearnt(TaskFacts facts) {
      if (stored.layout().isEmpty() && facts.pieceLength().isPresent()) {
        stored.learn(
            new TaskFacts(
                facts.contentLength(),
                facts.pieceLength(),
                facts.responseHeader(),
                facts.digest(),
                List.of()));
      } else if (stored.facts().contentLength().isEmpty()
          && facts.contentLength().isPresent()
          && stored.facts().readerKeys().isEmpty()) {
        stored.learn(TaskFacts.NONE.withContentLength(facts.contentLength().getAsLong()));
      }
      events.changed();
      wake();
    }

    @Override
    public void ended(@Nullable Throwable cause) {
      synchronized (Swarm.this) {
        neighbour.ended = true;
        if (cause != null) {
          failed.add(neighbour.parent.peerId());
        }
        Swarm.this.notifyAll();
      }
      LOG.debug(
          "parent ended task={} parent={} cause={}",
          stored.id(),
          neighbour.parent.peerId(),
          String.valueOf(cause));
      events.changed();
    }
  }
}
