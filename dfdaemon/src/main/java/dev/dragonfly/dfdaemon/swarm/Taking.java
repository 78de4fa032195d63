package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.link.Link;
import dev.dragonfly.dfdaemon.link.TaskLink;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.piece.Interest;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one download takes from the neighbours of its task, block by block: {@link BlockChoice} says
 * what is asked of whom, what comes is verified by the store, and a piece of which all blocks are
 * verified is finished. Guarded by the monitor of its {@link TaskSwarm}.
 */
final class Taking {
  private static final Logger LOG = LoggerFactory.getLogger(Taking.class);

  /** How often is looked for what is late or stands still. */
  private static final Duration LOOK = Duration.ofMillis(50);

  /** After a stall, and when this host itself is short of something. */
  private static final Duration REST = Duration.ofSeconds(1);

  /** Blocks in a row that a neighbour says it has and then has not. */
  private static final int MOST_MISSED = 64;

  private final TaskSwarm swarm;
  private final StoredTask stored;
  private final Part part;
  private final Errands errands;
  private final Time time;
  private final Timers timers;
  private final BlockChoice choice;
  private final Map<Integer, Flight> flights = new HashMap<>();
  private final BitSet finishing = new BitSet();
  private final Set<HostId> banished = new HashSet<>();
  private Interest interest;
  private @Nullable PieceLayout layout;
  private int landed;
  private long shortUntilNanos;
  private boolean isShort;
  private boolean over;

  /**
   * The download that takes part.
   *
   * @param self as whom
   * @param claims what it wants and nobody fetches
   * @param settings when a neighbour is given up
   * @param events told what comes of it
   */
  record Part(PeerId self, Claims claims, SwarmSettings settings, Events events) {}

  /** What the download wants to hear. Called without the lock held; must be short. */
  interface Events {
    /** A block is verified and kept. */
    void received(HostId from, long bytes);

    /** Bytes came that were not wanted any more. */
    void wasted(long bytes);

    void pieceFinished(Piece piece);

    void failed(HostId from, OptionalInt piece, PieceFailure failure);

    /** The neighbour is not asked any more, for a while or, when it lied, for good. */
    void dropped(HostId from, boolean banished);

    /** The conversation is over. */
    void parted(HostId from, CloseReason reason, boolean hadDelivered);

    void homeFailed(DragonflyException failure);

    /** Something changed that may need a new decision. */
    void changed();
  }

  Taking(TaskSwarm swarm, Part part, SessionParts parts) {
    this.swarm = swarm;
    this.stored = swarm.stored();
    this.part = part;
    this.errands = swarm.errands();
    this.time = parts.time();
    this.timers = parts.timers();
    this.choice = new BlockChoice(parts.random());
    this.interest = part.claims().interest();
  }

  PeerId self() {
    return part.self();
  }

  boolean isBanished(HostId host) {
    return banished.contains(host);
  }

  void begin() {
    part.claims()
        .listen((first, end) -> {
          // No more than that: who claims may hold a lock. The next look asks for what is free.
          synchronized (swarm) {
            refresh(first, end);
          }
        });
    swarm.neighbours().forEach(this::join);
    recut();
    finishWhatIsThere();
    plan();
  }

  void end() {
    over = true;
    for (LinkedNeighbour neighbour : swarm.neighbours()) {
      cancelAll(neighbour);
    }
    flights.values().removeIf(flight -> !flight.landed);
  }

  private void plan() {
    timers.after(
        LOOK,
        () -> {
          synchronized (swarm) {
            if (over) {
              return;
            }
            look();
            plan();
          }
          errands.run();
        });
  }

  // What is wanted.

  /** The cut or the length has become known or has changed. */
  void recut() {
    Optional<PieceLayout> now = stored.layout();
    if (now.isEmpty() || now.get().equals(layout)) {
      return;
    }
    layout = now.get();
    refresh(0, Math.min(swarm.limit(), knownEnd(layout)));
    pump();
  }

  /** While the length is not known, only what somebody has is worth a look. */
  private int knownEnd(PieceLayout cut) {
    if (cut.contentLength().isPresent()) {
      return Integer.MAX_VALUE;
    }
    return swarm.neighbours().stream().mapToInt(n -> n.has.length()).max().orElse(0);
  }

  /** What callers want may have changed. */
  void lookAtInterest() {
    Interest now = part.claims().interest();
    synchronized (swarm) {
      if (now.equals(interest) || layout == null) {
        return;
      }
      interest = now;
      refresh(0, Math.min(swarm.limit(), knownEnd(layout)));
      pump();
    }
    errands.run();
  }

  /** Looks at the state of these blocks anew: whatever happened, in whatever order. */
  void refresh(long first, long end) {
    PieceLayout cut = layout;
    if (cut == null || over) {
      return;
    }
    int limit = (int) Math.min(end, swarm.limit());
    for (int block = (int) first; block < limit; block++) {
      boolean wanted =
          !flights.containsKey(block)
              && interest.wants(cut, cut.pieceOfBlock(block))
              && stored.coversBlock(block)
              && !stored.hasBlock(block)
              && !part.claims().isClaimed(block);
      choice.want(block, wanted);
    }
  }

  /** Pieces that have all their blocks and were not finished when the process ended. */
  private void finishWhatIsThere() {
    PieceLayout cut = layout;
    if (cut == null) {
      return;
    }
    BitSet missing = part.claims().missing();
    BitSet blocks = stored.blocks();
    for (int p = missing.nextSetBit(0);
        p >= 0 && p < limitOfPieces(cut);
        p = missing.nextSetBit(p + 1)) {
      if (blocks.nextClearBit((int) cut.firstBlock(p)) >= cut.endBlock(p)) {
        finish(cut, p, Optional.empty());
      }
    }
  }

  private int limitOfPieces(PieceLayout cut) {
    return cut.contentLength().isPresent()
        ? cut.pieceCount()
        : cut.pieceOfBlock(stored.blocks().length() + 1L);
  }

  // Who is there.

  void join(LinkedNeighbour neighbour) {
    neighbour.asked.clear();
    neighbour.dropped = false;
    neighbour.delivered = false;
    neighbour.failures = 0;
    choice.join(neighbour);
  }

  /** The neighbour is gone, with what it was asked for. */
  void leave(LinkedNeighbour neighbour) {
    releaseAll(neighbour);
    choice.leave(neighbour);
    pump();
  }

  void parted(LinkedNeighbour neighbour, CloseReason reason, String why) {
    errands.add(() -> part.events().parted(neighbour.host, reason, neighbour.delivered));
  }

  /** A scheduler names a host: what was is forgotten. Whether it speaks with this one already. */
  boolean welcome(HostId host) {
    boolean known;
    synchronized (swarm) {
      Optional<LinkedNeighbour> neighbour = swarm.neighbour(host);
      known = neighbour.isPresent();
      if (known && neighbour.get().dropped) {
        neighbour.get().dropped = false;
        neighbour.get().failures = 0;
        pump();
      }
    }
    errands.run();
    return known;
  }

  /** Speaks of the task on this link; false when that host is not welcome any more. */
  boolean meet(Link link) {
    return swarm.join(link);
  }

  /** The download ends. */
  void close() {
    swarm.end(this);
  }

  void has(LinkedNeighbour from, BitSet blocks) {
    choice.has(from, blocks);
    if (layout != null && layout.contentLength().isEmpty() && !blocks.isEmpty()) {
      refresh(blocks.nextSetBit(0), blocks.length());
    }
    changed();
  }

  /** Something is different: asks for what can be asked for, and lets the download look. */
  void changed() {
    pump();
    errands.add(part.events()::changed);
  }

  void judged(LinkedNeighbour from, RunKeeper.Outcome outcome, List<SignedRun> runs) {
    switch (outcome) {
      case KEPT, UNKNOWN_KEY -> {}
      case OTHER_VERSION -> banish(from, CloseReason.DONE, "it has another version");
      case FORGED -> {
        fail(from, pieceOf(runs.getFirst().firstBlock()), PieceFailure.CORRUPT);
        banish(from, CloseReason.DISTRUSTED, "a digest run is not what its signature says");
      }
    }
    changed();
  }

  private OptionalInt pieceOf(long block) {
    return layout == null ? OptionalInt.empty() : OptionalInt.of(layout.pieceOfBlock(block));
  }

  private void fail(LinkedNeighbour from, OptionalInt piece, PieceFailure failure) {
    errands.add(() -> part.events().failed(from.host, piece, failure));
  }

  private void banish(LinkedNeighbour from, CloseReason reason, String why) {
    banished.add(from.host);
    drop(from, true);
    swarm.part(from, reason, why);
  }

  private void drop(LinkedNeighbour from, boolean forGood) {
    if (!from.dropped) {
      from.dropped = true;
      cancelAll(from);
      errands.add(() -> part.events().dropped(from.host, forGood));
    }
  }

  // Asking.

  private void pump() {
    long now = time.nanos();
    if (over || isShort && now - shortUntilNanos < 0) {
      return;
    }
    isShort = false;
    Collection<LinkedNeighbour> all = swarm.neighbours();
    for (LinkedNeighbour from = choice.next(all, now); from != null; from = choice.next(all, now)) {
      int block = choice.take(from);
      if (part.claims().claimBlock(block)) {
        flights.put(block, new Flight(block, from, now));
        ask(from, block, now);
      }
    }
    speak(all);
  }

  private void ask(LinkedNeighbour from, int block, long now) {
    if (from.asked.isEmpty()) {
      from.rate = new PieceRate(part.settings().minimumRate().bytes(), now);
    }
    from.asked.set(block);
    from.willAsk(block);
    choice.asked(from);
  }

  private void speak(Collection<LinkedNeighbour> all) {
    for (LinkedNeighbour from : all) {
      TaskLink link = from.link;
      if (from.hasAsks() && link != null) {
        int[] asks = from.takeAsks();
        errands.add(() -> link.request(asks));
      }
    }
  }

  /** What time demands: gives up what stands still, asks others for what is late. */
  private void look() {
    long now = time.nanos();
    for (LinkedNeighbour from : List.copyOf(swarm.neighbours())) {
      PieceRate rate = from.rate;
      // While blocks wait for the disk it is this host that is slow.
      if (!from.asked.isEmpty() && rate != null && rate.isTooSlow(now) && landed == 0) {
        giveUp(from, now);
      }
    }
    for (Flight flight : List.copyOf(flights.values())) {
      if (!flight.landed && flight.second == null && choice.isLate(flight, now)) {
        LinkedNeighbour second = choice.another(swarm.neighbours(), flight, now);
        if (second != null) {
          flight.second = second;
          flight.secondNanos = now;
          choice.askedTwice();
          ask(second, flight.block, now);
        }
      }
    }
    pump();
    speak(swarm.neighbours());
  }

  private void giveUp(LinkedNeighbour from, long now) {
    int block = from.asked.nextSetBit(0);
    LOG.debug("neighbour stalled task={} host={} blocks={}", stored.id(), from, from.asked);
    from.failures += Math.min(2, from.asked.cardinality());
    fail(from, pieceOf(block), PieceFailure.STALLED);
    cancelAll(from);
    from.rest(now + REST.toNanos());
    if (from.failures >= part.settings().failuresPerParent()) {
      drop(from, false);
    }
    changed();
  }

  private void cancelAll(LinkedNeighbour from) {
    TaskLink link = from.link;
    if (link != null) {
      int[] blocks = from.asked.stream().toArray();
      errands.add(() -> {
        for (int block : blocks) {
          link.cancel(block);
        }
      });
    }
    releaseAll(from);
  }

  private void releaseAll(LinkedNeighbour from) {
    for (int b = from.asked.nextSetBit(0); b >= 0; b = from.asked.nextSetBit(b + 1)) {
      release(from, b);
    }
  }

  /** The neighbour does not bring the block; it is for everybody unless another is asked too. */
  private void release(LinkedNeighbour from, int block) {
    from.asked.clear(block);
    choice.gone(from);
    Flight flight = flights.get(block);
    if (flight != null && !flight.landed && !flight.isAwaited()) {
      free(flight);
    }
  }

  private void free(Flight flight) {
    flights.remove(flight.block, flight);
    part.claims().releaseBlock(flight.block);
    refresh(flight.block, flight.block + 1L);
  }

  // What comes.

  int expected(LinkedNeighbour from, int block) {
    Flight flight = flights.get(block);
    boolean wanted =
        !over
            && layout != null
            && flight != null
            && !flight.landed
            && from.asked.get(block)
            && !stored.hasBlock(block);
    return wanted ? (int) layout.block(block).length() : -1;
  }

  /** Whether the block is taken, with its lease. */
  boolean arrived(LinkedNeighbour from, int block, BlockLease bytes) {
    int length = expected(from, block);
    Flight flight = flights.get(block);
    if (length != bytes.buffer().remaining() || flight == null) {
      return false;
    }
    long now = time.nanos();
    from.asked.clear(block);
    from.saidBusy = false;
    from.missed = 0;
    choice.came(from, flight.askedNanos(from), now);
    LinkedNeighbour loser = flight.other(from);
    TaskLink link = loser == null || !loser.asked.get(block) ? null : loser.link;
    if (loser != null && link != null) {
      loser.asked.clear(block);
      choice.gone(loser);
      errands.add(() -> link.cancel(block));
    }
    flight.landed = true;
    landed++;
    errands.add(() ->
        stored
            .beginVerified(block, bytes)
            .whenComplete((done, failure) -> verified(from, flight, length, failure)));
    pump();
    return true;
  }

  /** On a disk thread. */
  private void verified(
      LinkedNeighbour from, Flight flight, int length, @Nullable Throwable failure) {
    synchronized (swarm) {
      landed--;
      if (failure == null) {
        kept(from, flight, length);
      } else {
        notKept(from, flight, failure);
      }
      pump();
    }
    errands.run();
  }

  private void kept(LinkedNeighbour from, Flight flight, int length) {
    from.delivered = true;
    from.failures = 0;
    errands.add(() -> part.events().received(from.host, length));
    PieceLayout cut = stored.layout().orElseThrow();
    int piece = cut.pieceOfBlock(flight.block);
    if (isWhole(cut, piece) && !finishing.get(piece)) {
      // Its claim stays until the piece is finished, so that nobody else begins to do that.
      finish(cut, piece, from.peer);
    } else {
      part.claims().releaseBlock(flight.block);
    }
    flights.remove(flight.block, flight);
  }

  private boolean isWhole(PieceLayout cut, int piece) {
    for (long block = cut.firstBlock(piece); block < cut.endBlock(piece); block++) {
      if (!stored.hasBlock(block)) {
        return false;
      }
    }
    return true;
  }

  private void finish(PieceLayout cut, int piece, Optional<PeerId> from) {
    finishing.set(piece);
    Optional<String> parent = from.map(PeerId::value);
    errands.add(() ->
        stored
            .beginFinish(piece, Piece.Traffic.REMOTE_PEER, parent)
            .whenComplete((done, failure) -> finished(cut, piece, done, failure)));
  }

  /** On a disk thread. */
  private void finished(
      PieceLayout cut, int piece, @Nullable Piece done, @Nullable Throwable failure) {
    synchronized (swarm) {
      finishing.clear(piece);
      for (long block = cut.firstBlock(piece); block < cut.endBlock(piece); block++) {
        part.claims().releaseBlock((int) block);
      }
      if (done != null) {
        errands.add(() -> part.events().pieceFinished(done));
      } else if (failure != null && !over) {
        homeFailed(causeOf(failure));
      }
    }
    errands.run();
  }

  private static DragonflyException causeOf(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof DragonflyException known
        ? known
        : new DragonflyException(ErrorCode.INTERNAL, "keeping a block failed: " + cause, failure);
  }

  private void notKept(LinkedNeighbour from, Flight flight, Throwable failure) {
    free(flight);
    DragonflyException cause = causeOf(failure);
    switch (cause.code()) {
      case DIGEST_MISMATCH -> {
        fail(from, pieceOf(flight.block), PieceFailure.CORRUPT);
        banish(from, CloseReason.DISTRUSTED, String.valueOf(cause.getMessage()));
        changed();
      }
      case RESOURCE_EXHAUSTED, CANCELLED -> {
        // A shortage of this host passes, and no neighbour suffers for it.
        isShort = true;
        shortUntilNanos = time.nanos() + REST.toNanos();
      }
      default -> {
        if (!over) {
          homeFailed(cause);
        }
      }
    }
  }

  private void homeFailed(DragonflyException cause) {
    errands.add(() -> part.events().homeFailed(cause));
  }

  void busy(LinkedNeighbour from, int block, Duration retryAfter) {
    if (!from.asked.get(block)) {
      return;
    }
    if (!from.rests) {
      fail(from, pieceOf(block), PieceFailure.BUSY);
    }
    from.rest(time.nanos() + retryAfter.toNanos());
    from.saidBusy = true;
    release(from, block);
    changed();
  }

  void missing(LinkedNeighbour from, int block) {
    choice.hasNot(from, block);
    if (!from.asked.get(block)) {
      return;
    }
    release(from, block);
    if (++from.missed >= MOST_MISSED) {
      fail(from, pieceOf(block), PieceFailure.GONE);
      drop(from, false);
    }
    changed();
  }

  void wasted(int bytes) {
    part.events().wasted(bytes);
  }

  // What the download asks.

  /** Somebody waits for the byte at this offset. */
  void readerAt(long offset) {
    synchronized (swarm) {
      PieceLayout cut = layout;
      if (cut != null && offset < cut.contentLength().orElse(Long.MAX_VALUE)) {
        choice.prefer((int) cut.blockAt(offset));
        pump();
      }
    }
    errands.run();
  }

  /** What may still come from here. */
  Hope hope() {
    synchronized (swarm) {
      Hope hope = landed > 0 || !finishing.isEmpty() ? Hope.DELIVERING : Hope.NONE;
      for (LinkedNeighbour neighbour : swarm.neighbours()) {
        hope = hope.or(hope(neighbour));
      }
      return hope;
    }
  }

  private Hope hope(LinkedNeighbour from) {
    if (!from.dropped && (!from.asked.isEmpty() || choice.useful(from) > 0)) {
      // Busy until it has delivered: that it is asked again means nothing yet.
      return from.saidBusy ? Hope.BUSY : Hope.DELIVERING;
    }
    return from.mayGrow() ? Hope.GROWING : Hope.NONE;
  }

  /** Hosts of which nothing can be verified: nobody vouches for whoever signed what they have. */
  List<HostId> strangers() {
    synchronized (swarm) {
      return swarm.neighbours().stream()
          .filter(LinkedNeighbour::isUnverifiable)
          .map(neighbour -> neighbour.host)
          .toList();
    }
  }

  /** Hosts that speak of the task and can be asked. */
  List<HostId> hosts() {
    synchronized (swarm) {
      return swarm.neighbours().stream()
          .filter(neighbour -> !neighbour.dropped)
          .map(neighbour -> neighbour.host)
          .toList();
    }
  }

  /** The task was deleted under the download. */
  void deleted() {
    homeFailed(new DragonflyException(ErrorCode.NOT_FOUND, "task " + stored.id() + " was deleted"));
  }
}
