package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Which piece to fetch next and from which parent. Guarded by the lock of its {@link Swarm}; never
 * blocks.
 */
final class AssignmentPolicy {
  private static final BitSet NOTHING = new BitSet();

  private final StoredTask stored;
  private final PeerId self;
  private final Claims claims;
  private final PiecePicker picker;
  private final SwarmSettings settings;
  private final Time time;
  private final Flights flights = new Flights();
  private long lastFlightNanos;

  AssignmentPolicy(StoredTask stored, PeerId self, Claims claims, SwarmParts parts) {
    this.stored = stored;
    this.self = self;
    this.claims = claims;
    this.picker = new PiecePicker(parts.random());
    this.settings = parts.settings();
    this.time = parts.time();
    this.lastFlightNanos = time.nanos();
  }

  /**
   * The assignment is over; its piece may be claimed again if it did not arrive.
   *
   * @return other requests for the same piece, which go on
   */
  List<Assignment> land(Assignment assignment) {
    assignment.from().inFlight--;
    List<Assignment> others = flights.land(assignment);
    if (others.isEmpty()) {
      claims.release(assignment.piece());
    }
    lastFlightNanos = time.nanos();
    return others;
  }

  /** Requests whose bytes come slower than the least rate. */
  List<Assignment> tooSlow() {
    return flights.tooSlow(time.nanos());
  }

  /** What to fetch next from whom; the piece is claimed. */
  Optional<Assignment> choose(Collection<Neighbour> neighbours) {
    long now = time.nanos();
    List<Neighbour> list = new ArrayList<>(neighbours);
    List<PiecePicker.Offer> offers = new ArrayList<>(list.size());
    for (Neighbour n : list) {
      boolean gives = mayGive(n, now);
      int free = gives ? settings.piecesPerParent() - n.inFlight : 0;
      // Who gives nothing now counts for nobody: else the seed would keep back what a slow peer
      // has.
      offers.add(new PiecePicker.Offer(gives ? n.has : NOTHING, n.isSeed(), free, n.inFlight));
    }
    boolean idle = flights.isEmpty() && now - lastFlightNanos > settings.idleAfter().toNanos();
    Place place = place(list);
    Optional<PiecePicker.Pick> pick =
        picker.pick(
            new PiecePicker.View(eligible(list), offers, place.rank(), place.peers(), idle));
    if (pick.isEmpty()) {
      return hedge(list, now);
    }
    int piece = pick.get().piece();
    if (!claims.claim(piece)) {
      return Optional.empty();
    }
    return Optional.of(depart(piece, list.get(pick.get().neighbour()), now));
  }

  private Assignment depart(int piece, Neighbour from, long now) {
    InetSocketAddress data = from.data;
    if (data == null) {
      throw new IllegalStateException(
          "picked a parent without an address: " + from.parent.peerId());
    }
    from.inFlight++;
    PieceRate rate = new PieceRate(settings.minimumRate().bytes(), now);
    Assignment assignment = new Assignment(piece, from, data, now, rate);
    flights.depart(assignment);
    return assignment;
  }

  /** When all that is left is in flight and old, asks a second parent for it too. */
  private Optional<Assignment> hedge(List<Neighbour> list, long now) {
    for (Assignment flight : flights.loneSince(now - settings.hedgeAfter().toNanos())) {
      for (Neighbour n : list) {
        boolean other = n != flight.from() && mayGive(n, now);
        if (other && n.has.get(flight.piece()) && n.inFlight < settings.piecesPerParent()) {
          return Optional.of(depart(flight.piece(), n, now));
        }
      }
    }
    return Optional.empty();
  }

  private boolean areReadersKnown() {
    return !stored.facts().readerKeys().isEmpty();
  }

  /**
   * Without a known reader nothing can be verified. An upstream parent has nothing better to offer;
   * one of ours has signed runs, and whoever shows none that can be checked may be lying.
   */
  private boolean mayGive(Neighbour neighbour, long now) {
    return neighbour.isReady(now) && (areReadersKnown() || !neighbour.parent.host().isOurs());
  }

  private record Place(int rank, int peers) {}

  /** This peer's place among the ordinary peers it knows, in the order of their ids. */
  private Place place(List<Neighbour> list) {
    int rank = 0;
    int peers = 1;
    for (Neighbour n : list) {
      if (!n.isSeed() && !n.isDropped() && !n.parent.finished()) {
        peers++;
        if (n.parent.peerId().value().compareTo(self.value()) < 0) {
          rank++;
        }
      }
    }
    return new Place(rank, peers);
  }

  /** Open pieces whose bytes can be verified. */
  BitSet eligible(Collection<Neighbour> neighbours) {
    boolean signed = areReadersKnown();
    BitSet offered = new BitSet();
    for (Neighbour n : neighbours) {
      if (signed || !n.parent.host().isOurs()) {
        offered.or(n.has);
      }
    }
    BitSet open = claims.openAmong(offered);
    if (!signed) {
      return open;
    }
    for (int p = open.nextSetBit(0); p >= 0; p = open.nextSetBit(p + 1)) {
      if (!stored.coversPiece(p)) {
        open.clear(p);
      }
    }
    return open;
  }
}
