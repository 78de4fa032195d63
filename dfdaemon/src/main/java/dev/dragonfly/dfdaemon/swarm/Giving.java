package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.link.TaskLink;
import dev.dragonfly.dfdaemon.link.TaskState;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.swarm.policy.RevealPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/**
 * What this host tells its neighbours of a task, and what it gives them. It tells of a block when
 * it is verified and its digest is signed: nobody could do anything with it before. Guarded by the
 * monitor of its {@link TaskSwarm}.
 */
final class Giving {
  /** What comes within this time is told in one go. */
  private static final Duration COALESCED = Duration.ofMillis(5);

  private static final Duration REVEALED_AGAIN = Duration.ofMillis(100);

  /** Every how many of these who has a block already is told that it is here as well. */
  private static final int TICKS_OF_IDLE_WORDS = 5;

  /** Blocks that may be queued for one neighbour, more than the largest window asks for. */
  private static final int MOST_QUEUED = 64;

  private static final Duration WHEN_FULL = Duration.ofMillis(100);

  private final TaskSwarm swarm;
  private final StoredTask stored;
  private final Collection<LinkedNeighbour> neighbours;
  private final Errands errands;
  private final UploadBacklog backlog;
  private final RevealPolicy reveal;
  private final boolean seed;
  private final String self;
  private final Time time;
  private final Timers timers;

  /** Blocks whose digest is signed, and verified ones whose digest is not signed yet. */
  private final BitSet signed = new BitSet();

  private final BitSet unsigned = new BitSet();

  private boolean planned;
  private boolean ticking;
  private int ticks;
  private int queued;
  private StoredTask.Subscription use = () -> {};

  Giving(TaskSwarm swarm, SessionParts parts, UploadBacklog backlog) {
    this.swarm = swarm;
    this.stored = swarm.stored();
    this.neighbours = swarm.neighbours();
    this.errands = swarm.errands();
    this.backlog = backlog;
    this.seed = parts.seed();
    this.self = parts.self().value();
    this.time = parts.time();
    this.timers = parts.timers();
    this.reveal = new RevealPolicy(this::show, parts.random());
  }

  /** What was here before. */
  void begin() {
    standing();
    stored.runs().forEach(this::covered);
    ready(stored.blocks());
  }

  /** How things stand here has changed. */
  void standing() {
    neighbours.forEach(this::lookWhetherSource);
    reveal.standing(seed || isSource(self), state() != TaskState.GROWING, time.nanos());
  }

  private void lookWhetherSource(LinkedNeighbour neighbour) {
    neighbour.isSource = isSource(neighbour.host.value());
  }

  private boolean isSource(String host) {
    return stored.facts().readerKeys().stream().anyMatch(key -> key.hostId().equals(host));
  }

  TaskState state() {
    if (stored.isComplete()) {
      return TaskState.COMPLETE;
    }
    return swarm.isGrowing() ? TaskState.GROWING : TaskState.RESTING;
  }

  /** Tells everybody how things stand. */
  void tellState() {
    standing();
    TaskState state = state();
    TaskFacts facts = stored.facts();
    for (LinkedNeighbour neighbour : List.copyOf(neighbours)) { // some of them leave
      TaskLink link = neighbour.link;
      if (link != null) {
        errands.add(() -> link.tell(state, facts));
        endIfDone(neighbour);
      }
    }
  }

  void ready(BitSet blocks) {
    for (int block = blocks.nextSetBit(0); block >= 0; block = blocks.nextSetBit(block + 1)) {
      ready(block);
    }
  }

  /** A block can be read here. */
  void ready(int block) {
    if (signed.get(block)) {
      reveal.ready(block, time.nanos());
    } else {
      unsigned.set(block);
    }
  }

  /** Digests became known. */
  void covered(SignedRun run) {
    int end = (int) run.endBlock();
    signed.set((int) run.firstBlock(), end);
    for (int b = unsigned.nextSetBit((int) run.firstBlock());
        b >= 0 && b < end;
        b = unsigned.nextSetBit(b + 1)) {
      unsigned.clear(b);
      ready(b);
    }
  }

  private void show(int number, int block) {
    LinkedNeighbour neighbour = swarm.neighbour(number);
    if (neighbour != null) {
      neighbour.toTell.set(block);
      if (!neighbour.isSource
          && neighbour.state == TaskState.GROWING
          && !neighbour.has.get(block)) {
        neighbour.hurry = true;
        tellSoon();
      }
    }
  }

  private void tellSoon() {
    if (!planned) {
      planned = true;
      timers.after(COALESCED, swarm::tellNow);
    }
  }

  /** Tells those something who can do something with it. */
  void tell() {
    planned = false;
    neighbours.stream().filter(neighbour -> neighbour.hurry).forEach(this::tell);
  }

  /**
   * Tells the others too: that a block is here which they have is worth knowing, for they give
   * first what few have, but not a word for each. A source decides by it what to show next.
   */
  private void tellTheOthers() {
    ticks++;
    for (LinkedNeighbour neighbour : neighbours) {
      if (ticks % TICKS_OF_IDLE_WORDS == 0 || neighbour.isSource) {
        tell(neighbour);
      }
    }
  }

  /** Digests first, then the blocks. */
  private void tell(LinkedNeighbour neighbour) {
    TaskLink link = neighbour.link;
    if (link != null && !neighbour.toTell.isEmpty()) {
      neighbour.hurry = false;
      BitSet blocks = (BitSet) neighbour.toTell.clone();
      neighbour.toTell.clear();
      List<SignedRun> runs = newTo(neighbour, blocks);
      errands.add(() -> {
        if (!runs.isEmpty()) {
          link.runs(runs);
        }
        link.have(blocks);
      });
    }
  }

  /**
   * The conversation has begun. All runs are told at once: a seed shows few blocks at first, and
   * who sees only what a reader signed whom nobody has named takes this host for one that is of no
   * use.
   */
  void introduce(LinkedNeighbour neighbour, TaskLink link) {
    List<SignedRun> runs = stored.runs();
    for (SignedRun run : runs) {
      neighbour.digestsKnown.set((int) run.firstBlock(), (int) run.endBlock());
    }
    if (!runs.isEmpty()) {
      errands.add(() -> link.runs(runs));
    }
    tell(neighbour);
  }

  /** The runs that cover the blocks and that the neighbour does not know. */
  private List<SignedRun> newTo(LinkedNeighbour neighbour, BitSet blocks) {
    List<SignedRun> runs = new ArrayList<>();
    PieceLayout layout = stored.layout().orElseThrow();
    for (int block = blocks.nextSetBit(0); block >= 0; block = blocks.nextSetBit(block + 1)) {
      if (neighbour.digestsKnown.get(block)) {
        continue;
      }
      for (SignedRun run : stored.runsOf(layout.pieceOfBlock(block))) {
        if (run.firstBlock() <= block && block < run.endBlock()) {
          runs.add(run);
          neighbour.digestsKnown.set((int) run.firstBlock(), (int) run.endBlock());
        }
      }
    }
    return runs;
  }

  void join(LinkedNeighbour neighbour) {
    lookWhetherSource(neighbour);
    reveal.join(neighbour.number, time.nanos());
    tick();
  }

  void leave(LinkedNeighbour neighbour) {
    reveal.leave(neighbour.number, time.nanos());
    for (int b = neighbour.queued.nextSetBit(0); b >= 0; b = neighbour.queued.nextSetBit(b + 1)) {
      settle(b, false);
    }
    neighbour.queued.clear();
  }

  /** The neighbour says how things stand there. */
  void heard(LinkedNeighbour neighbour) {
    if (neighbour.state != TaskState.GROWING) {
      reveal.finished(neighbour.number, time.nanos());
    }
    endIfDone(neighbour);
  }

  /**
   * Nothing more is to be given or taken: the conversation ends, and nobody is to blame. Blocks
   * that are still queued for it then are not wanted any more.
   */
  private void endIfDone(LinkedNeighbour neighbour) {
    boolean done = !swarm.isGrowing() && neighbour.state != TaskState.GROWING;
    if (done && neighbour.peer.isPresent()) {
      swarm.part(neighbour, CloseReason.DONE, "nothing more to give or take");
    }
  }

  void has(LinkedNeighbour neighbour, BitSet blocks) {
    reveal.has(neighbour.number, blocks, time.nanos());
  }

  void requested(LinkedNeighbour neighbour, int block) {
    TaskLink link = neighbour.link;
    if (link == null || neighbour.queued.get(block)) {
      return;
    }
    if (!stored.hasBlock(block)) {
      errands.add(() -> link.missing(block));
      return;
    }
    Duration pause = neighbour.queued.cardinality() < MOST_QUEUED ? backlog.pause() : WHEN_FULL;
    if (pause.isPositive()) {
      errands.add(() -> link.busy(block, pause));
      return;
    }
    if (queued++ == 0) {
      use = stored.use();
    }
    neighbour.queued.set(block);
    backlog.promised(length(block), time.nanos());
    errands.add(() -> link.give(block, stored));
  }

  private int length(int block) {
    return (int) stored.layout().orElseThrow().block(block).length();
  }

  /** A block is gone out, or will not go out. */
  void given(LinkedNeighbour neighbour, int block, boolean whole) {
    if (!neighbour.queued.get(block)) {
      return; // Said already, or the neighbour has left.
    }
    neighbour.queued.clear(block);
    settle(block, whole);
    TaskLink link = neighbour.link;
    if (whole) {
      reveal.given(neighbour.number, block, time.nanos());
    } else if (link != null) {
      errands.add(() -> link.missing(block));
    }
  }

  /** The neighbour does not want a block any more that had not begun to be sent. */
  void cancelled(LinkedNeighbour neighbour, int block) {
    if (neighbour.queued.get(block)) {
      neighbour.queued.clear(block);
      settle(block, false);
    }
  }

  private void settle(int block, boolean sent) {
    backlog.settled(length(block), sent, time.nanos());
    if (--queued == 0) {
      use.close();
    }
  }

  private void tick() {
    if (!ticking && !neighbours.isEmpty()) {
      ticking = true;
      timers.after(REVEALED_AGAIN, swarm::revealNow);
    }
  }

  /** Time has passed. */
  void revealMore() {
    ticking = false;
    reveal.tick(backlog.isIdle(), time.nanos());
    tellTheOthers();
    tick();
  }
}
