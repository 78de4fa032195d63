package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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
  private final AssignmentPolicy policy;
  private final SwarmSettings settings;
  private final Events events;
  private final Time time;
  private final Subscriptions subscriptions;
  private final Neighbours neighbours;
  private final Optional<LinkedParents> linked;
  private Runnable onPlain = () -> {};
  private boolean hasPlain;
  private boolean closed;

  /** What the download wants to hear. Called without the lock held; must be short. */
  public interface Events extends DownloadListener {
    /**
     * This host itself cannot keep what comes: its disk is full or broken, or the task was deleted.
     */
    void homeFailed(DragonflyException failure);

    /**
     * Something changed that may need a new decision: a parent ended, was dropped, or an unknown
     * key.
     */
    void changed();
  }

  public Swarm(StoredTask stored, PeerId self, Claims claims, SwarmParts parts, Events events) {
    this.stored = stored;
    this.self = self;
    this.policy = new AssignmentPolicy(stored, self, claims, parts);
    this.settings = parts.settings();
    this.events = events;
    this.time = parts.time();
    this.neighbours = new Neighbours(stored.id());
    this.subscriptions = new Subscriptions(this, stored, parts);
    this.linked =
        parts
            .session()
            .map(sessions ->
                new LinkedParents(this, stored, self, claims, settings, events, sessions));
  }

  /** Told once, when the first parent is asked in the way of upstream: it needs workers. */
  public void onPlainParent(Runnable begin) {
    boolean now;
    synchronized (this) {
      now = hasPlain;
      onPlain = now ? () -> {} : begin;
    }
    if (now) {
      begin.run();
    }
  }

  /** Takes in the parents of a decision; those already known stay as they are. */
  public void add(List<Parent> parents) {
    List<Neighbour> fresh = new ArrayList<>();
    synchronized (this) {
      for (Parent parent : parents) {
        if (!closed && !parent.peerId().equals(self)) {
          neighbours.add(parent, time.nanos()).ifPresent(fresh::add);
        }
      }
    }
    fresh.forEach(this::begin);
  }

  /** Speaks with a parent, in a session if it may know that. */
  void begin(Neighbour neighbour) {
    if (linked.isPresent() && LinkedParents.isLinkable(neighbour.parent.host())) {
      linked.get().begin(neighbour, () -> beginPlainly(neighbour));
    } else {
      beginPlainly(neighbour);
    }
  }

  private void beginPlainly(Neighbour neighbour) {
    Runnable first;
    synchronized (this) {
      if (!wants(neighbour)) {
        return;
      }
      hasPlain = true;
      first = onPlain;
      onPlain = () -> {};
    }
    first.run();
    subscriptions.begin(neighbour);
  }

  /** The parent of a host, if a scheduler has named one. */
  synchronized Optional<Neighbour> named(HostId host) {
    return neighbours.of(host);
  }

  /** The parent speaks in a session from now on; false when it is not wanted any more. */
  synchronized boolean linked(Neighbour neighbour) {
    neighbour.linked = wants(neighbour);
    return neighbour.linked;
  }

  /** The session with a parent is over. */
  void linkEnded(Neighbour neighbour, boolean hadDelivered, @Nullable Throwable cause) {
    synchronized (this) {
      if (!neighbour.linked) {
        return;
      }
      neighbour.linked = false;
      if (hadDelivered) {
        neighbour.breaks = 0;
      }
      if (neighbour.isDropped()) {
        return;
      }
    }
    ended(neighbour, cause);
  }

  /** The parent is asked no more, for a while or for good. */
  void drop(Neighbour neighbour, boolean banish) {
    AutoCloseable toClose;
    synchronized (this) {
      toClose = neighbours.drop(neighbour, banish, time.nanos());
    }
    Subscriptions.end(toClose);
  }

  /** Takes the subscription in, unless the neighbour is not wanted any more. */
  synchronized boolean isListening(Neighbour neighbour, AutoCloseable sync) {
    neighbour.sync = sync;
    return wants(neighbour);
  }

  synchronized boolean wants(Neighbour neighbour) {
    return !closed && !neighbour.isDropped();
  }

  /** Peers that failed and are not to be offered again; forgets them. */
  public List<PeerId> drainFailed() {
    List<HostId> unknown =
        linked.map(parents -> parents.taking().prospects().strangers()).orElse(List.of());
    List<AutoCloseable> toClose;
    List<PeerId> drained;
    synchronized (this) {
      unknown.forEach(host -> neighbours.of(host).ifPresent(neighbours::noteStranger));
      toClose = neighbours.setStrangersAside();
      drained = neighbours.drainFailed();
    }
    toClose.forEach(Subscriptions::end);
    return drained;
  }

  /** What may still come from here. */
  public Hope hope() {
    Hope inSession = linked.map(parents -> parents.taking().prospects().hope()).orElse(Hope.NONE);
    synchronized (this) {
      // Without a plain parent nothing needs to be looked for among the pieces.
      BitSet open = hasPlain ? policy.eligible(neighbours.all()) : new BitSet();
      return neighbours.hope(open).or(inSession);
    }
  }

  /** Number of parents that were not dropped, and of others that give. */
  public int size() {
    List<HostId> inSession =
        linked.map(parents -> parents.taking().prospects().hosts()).orElse(List.of());
    synchronized (this) {
      int unnamed = (int) inSession.stream().filter(host -> neighbours.of(host).isEmpty()).count();
      return neighbours.size() + unnamed;
    }
  }

  /** Somebody waits for the byte at this offset: it is fetched before others. */
  public void readerAt(long offset) {
    linked.ifPresent(parents -> parents.taking().readerAt(offset));
  }

  /**
   * Looks at what may have changed without a word: gives up what comes slower than the least rate,
   * so that it is open for everybody again, and asks for what is wanted since the last time.
   */
  public void look() {
    linked.ifPresent(parents -> {
      parents.taking().lookAtInterest();
      parents.dialMore();
    });
    List<Assignment> slow;
    synchronized (this) {
      slow = policy.tooSlow();
    }
    slow.forEach(assignment -> assignment.giveUp(Assignment.GivenUp.SLOW));
  }

  /**
   * The next thing to fetch; waits up to {@code maxWaitMillis} for one.
   *
   * @return empty when nothing came up
   */
  @SuppressWarnings("WaitNotInLoop") // Whoever gets nothing asks again.
  synchronized Optional<Assignment> take(long maxWaitMillis) throws InterruptedException {
    Optional<Assignment> now = poll();
    if (now.isEmpty() && !closed) {
      wait(maxWaitMillis);
      now = poll();
    }
    return now;
  }

  /** The next thing to fetch now, if there is one. */
  synchronized Optional<Assignment> poll() {
    return closed || !hasPlain ? Optional.empty() : policy.choose(neighbours.all());
  }

  /** The assignment ended well; whoever else was asked for the piece is not needed any more. */
  void succeeded(Assignment assignment) {
    List<Assignment> losers;
    synchronized (this) {
      assignment.from().failures = 0;
      assignment.from().breaks = 0;
      assignment.from().busyUntilNanos = OptionalLong.empty();
      losers = land(assignment);
    }
    losers.forEach(loser -> loser.giveUp(Assignment.GivenUp.LOST));
  }

  /** The assignment is over without a result and without a fault of the parent. */
  synchronized void givenBack(Assignment assignment) {
    land(assignment);
  }

  /** This host itself cannot go on with the assignment. */
  void homeFailed(Assignment assignment, DragonflyException failure) {
    givenBack(assignment);
    events.homeFailed(failure);
  }

  /** The parent has no room now and rests; the piece is open for others at once. */
  void busy(Assignment assignment, Duration retryAfter) {
    Neighbour from = assignment.from();
    synchronized (this) {
      from.busyUntilNanos = OptionalLong.of(time.nanos() + retryAfter.toNanos());
      land(assignment);
    }
    events.pieceFailed(OptionalInt.of(assignment.piece()), from.parent.peerId(), PieceFailure.BUSY);
  }

  /** The parent failed; after corruption or too many failures it is dropped. */
  void failed(Assignment assignment, PieceFailure failure) {
    Neighbour from = assignment.from();
    AutoCloseable toClose = () -> {};
    synchronized (this) {
      from.failures++;
      if (failure == PieceFailure.GONE) {
        from.has.clear(assignment.piece());
      }
      boolean lied = failure == PieceFailure.CORRUPT;
      if (lied || from.failures >= settings.failuresPerParent()) {
        toClose = neighbours.drop(from, lied, time.nanos());
      }
      land(assignment);
    }
    Subscriptions.end(toClose);
    events.pieceFailed(OptionalInt.of(assignment.piece()), from.parent.peerId(), failure);
    events.changed();
  }

  private List<Assignment> land(Assignment assignment) {
    List<Assignment> others = policy.land(assignment);
    notifyAll();
    return others;
  }

  /** A parent has a piece; what it said of the bytes besides decides whether it is believed. */
  void available(Neighbour neighbour, int piece, InetSocketAddress data, RunKeeper.Outcome runs) {
    boolean forged = runs == RunKeeper.Outcome.FORGED;
    AutoCloseable toClose = () -> {};
    synchronized (this) {
      if (forged || runs == RunKeeper.Outcome.OTHER_VERSION) {
        toClose = neighbours.drop(neighbour, true, time.nanos());
      } else if (!neighbour.isDropped()) {
        neighbour.hear(runs, stored.layout().isPresent());
        neighbour.data = data;
        neighbour.has.set(piece);
      }
      notifyAll();
    }
    Subscriptions.end(toClose);
    if (forged) {
      events.pieceFailed(OptionalInt.of(piece), neighbour.parent.peerId(), PieceFailure.CORRUPT);
    }
    if (runs != RunKeeper.Outcome.KEPT) {
      events.changed();
    }
  }

  /**
   * A parent will say no more on this subscription. A connection that broke is asked for anew a few
   * times first: it says nothing of the parent.
   */
  void ended(Neighbour neighbour, @Nullable Throwable cause) {
    boolean again;
    synchronized (this) {
      again = !closed && neighbour.isWorthAnotherTry(cause);
      if (cause != null && !again) {
        neighbours.fail(neighbour);
      }
      notifyAll();
    }
    LOG.debug(
        "parent ended task={} parent={} again={} cause={}",
        stored.id(),
        neighbour.parent.peerId(),
        again,
        String.valueOf(cause));
    if (again) {
      subscriptions.beginLater(neighbour);
    }
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
    linked.ifPresent(LinkedParents::close);
    List<AutoCloseable> syncs;
    synchronized (this) {
      closed = true;
      syncs = neighbours.all().stream().map(n -> n.sync).toList();
      notifyAll();
    }
    syncs.forEach(Subscriptions::end);
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
