package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
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
  private final Landing landing;
  private final Prospects prospects;
  private final Set<HostId> banished = new HashSet<>();
  private final WantedBlocks wanted;
  private boolean over;

  /**
   * The download that takes part.
   *
   * @param self as whom
   * @param claims what it wants and nobody fetches
   * @param settings when a neighbour is given up
   * @param events told what comes of it
   */
  record Part(PeerId self, Claims claims, SwarmSettings settings, TakingEvents events) {}

  Taking(TaskSwarm swarm, Part part, SessionParts parts) {
    this.swarm = swarm;
    this.stored = swarm.stored();
    this.part = part;
    this.errands = swarm.errands();
    this.time = parts.time();
    this.timers = parts.timers();
    this.choice = new BlockChoice(parts.random());
    this.wanted = new WantedBlocks(swarm, part.claims(), choice, flights::containsKey);
    this.landing = new Landing(this, swarm, part, time);
    this.prospects = new Prospects(swarm, choice, landing);
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
    landing.finishWhatIsThere();
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
    if (wanted.recut()) {
      pump();
    }
  }

  /** What callers want may have changed. */
  void lookAtInterest() {
    Interest now = part.claims().interest();
    synchronized (swarm) {
      if (wanted.isNews(now)) {
        pump();
      }
    }
    errands.run();
  }

  /** Looks at the state of these blocks anew. */
  void refresh(long first, long end) {
    if (!over) {
      wanted.refresh(first, end);
    }
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

  /** Comes hundreds of times a second: the download looks only where there is new hope. */
  void has(LinkedNeighbour from, BitSet blocks) {
    Hope before = prospects.of(from);
    choice.has(from, blocks);
    wanted.hadBySomebody(blocks);
    if (prospects.of(from) == before) {
      pump();
    } else {
      changed();
    }
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

  OptionalInt pieceOf(long block) {
    PieceLayout layout = wanted.layout();
    return layout == null ? OptionalInt.empty() : OptionalInt.of(layout.pieceOfBlock(block));
  }

  void fail(LinkedNeighbour from, OptionalInt piece, PieceFailure failure) {
    errands.add(() -> part.events().failed(from.host, piece, failure));
  }

  void banish(LinkedNeighbour from, CloseReason reason, String why) {
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

  void pump() {
    long now = time.nanos();
    if (over || landing.isShort(now)) {
      return;
    }
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
      if (!from.asked.isEmpty()
          && rate != null
          && rate.isTooSlow(now)
          && !landing.isAwaitingDisk()) {
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

  void free(Flight flight) {
    forget(flight);
    part.claims().releaseBlock(flight.block);
    refresh(flight.block, flight.block + 1L);
  }

  /** The block is here. */
  void forget(Flight flight) {
    flights.remove(flight.block, flight);
  }

  boolean isOver() {
    return over;
  }

  // What comes.

  int expected(LinkedNeighbour from, int block) {
    Flight flight = flights.get(block);
    PieceLayout layout = wanted.layout();
    boolean awaited =
        !over
            && flight != null
            && !flight.landed
            && from.asked.get(block)
            && !stored.hasBlock(block);
    return awaited && layout != null ? (int) layout.block(block).length() : -1;
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
    landing.land(from, flight, bytes);
    pump();
    return true;
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
      PieceLayout cut = wanted.layout();
      if (cut != null && offset < cut.contentLength().orElse(Long.MAX_VALUE)) {
        choice.prefer((int) cut.blockAt(offset));
        pump();
      }
    }
    errands.run();
  }

  Prospects prospects() {
    return prospects;
  }

  /** The task was deleted under the download. */
  void deleted() {
    landing.homeFailed(
        new DragonflyException(ErrorCode.NOT_FOUND, "task " + stored.id() + " was deleted"));
  }
}
