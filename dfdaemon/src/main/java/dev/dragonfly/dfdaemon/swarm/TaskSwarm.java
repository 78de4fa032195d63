package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.link.Link;
import dev.dragonfly.dfdaemon.link.TaskLink;
import dev.dragonfly.dfdaemon.link.TaskState;
import dev.dragonfly.dfdaemon.piece.Interest;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task that is spoken of in sessions: the neighbours, what is given to them and, while a
 * download runs, what is taken. Its monitor guards all of that and is held for moments only;
 * whatever calls out waits in {@link Errands} until it is released.
 */
final class TaskSwarm implements StoredTask.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(TaskSwarm.class);

  /** Numbers of neighbours are small: the policies keep arrays by them. */
  private static final int MOST_NEIGHBOURS = 256;

  private final StoredTask stored;
  private final SessionParts parts;
  private final Consumer<TaskSwarm> onOver;
  private final Errands errands = new Errands();
  private final Map<HostId, LinkedNeighbour> byHost = new LinkedHashMap<>();
  private final @Nullable LinkedNeighbour[] byNumber = new LinkedNeighbour[MOST_NEIGHBOURS];
  private final Giving giving;
  private final Learning learning;
  private final StoredTask.Subscription listening;
  private @Nullable Taking taking;
  private boolean over;

  TaskSwarm(
      StoredTask stored, SessionParts parts, UploadBacklog backlog, Consumer<TaskSwarm> onOver) {
    this.stored = stored;
    this.parts = parts;
    this.onOver = onOver;
    this.giving = new Giving(this, parts, backlog);
    this.learning = new Learning(this, parts.background());
    this.listening = stored.listen(this);
    synchronized (this) {
      giving.begin();
    }
  }

  StoredTask stored() {
    return stored;
  }

  Errands errands() {
    return errands;
  }

  Collection<LinkedNeighbour> neighbours() {
    return byHost.values();
  }

  @Nullable LinkedNeighbour neighbour(int number) {
    return byNumber[number];
  }

  Optional<LinkedNeighbour> neighbour(HostId host) {
    return Optional.ofNullable(byHost.get(host));
  }

  @Nullable Taking taking() {
    return taking;
  }

  boolean isGrowing() {
    return taking != null;
  }

  /** A download begins; null when this swarm is over. */
  @Nullable Taking begin(Taking.Part part) {
    Taking begun;
    synchronized (this) {
      if (over) {
        return null;
      }
      begun = new Taking(this, part, parts);
      taking = begun;
      begun.begin();
      giving.tellState();
    }
    errands.run();
    return begun;
  }

  /** The download has ended. */
  void end(Taking ended) {
    synchronized (this) {
      if (taking != ended) {
        return;
      }
      ended.end();
      taking = null;
      giving.tellState();
      endIfIdle();
    }
    errands.run();
  }

  /** Nothing is given or taken any more. */
  void end(String why) {
    synchronized (this) {
      for (LinkedNeighbour neighbour : List.copyOf(byHost.values())) {
        part(neighbour, CloseReason.NOT_FOUND, why);
      }
      over = true;
      errands.add(listening::close);
    }
    errands.run();
  }

  private void endIfIdle() {
    if (!over && taking == null && byHost.isEmpty()) {
      over = true;
      errands.add(() -> {
        listening.close();
        onOver.accept(this);
      });
    }
  }

  /** Takes a conversation in that the other side began; false when this swarm is over. */
  boolean accept(TaskLink conversation, AwaitedTalk talk, PeerId peer) {
    Link link = conversation.link();
    LinkedNeighbour neighbour;
    synchronized (this) {
      if (over) {
        return false;
      }
      neighbour = enter(link.host());
      if (neighbour == null) {
        errands.add(() -> conversation.close(CloseReason.REFUSED, "not a welcome neighbour"));
        endIfIdle();
      }
    }
    if (neighbour != null && talk.passOnTo(neighbour, peer)) {
      begin(neighbour, conversation);
    } else if (neighbour != null) {
      closed(neighbour, CloseReason.LOST, "gone before this host answered");
    }
    errands.run();
    return true;
  }

  /**
   * Begins to speak of the task on a link; it may be spoken of there already.
   *
   * @return false when the host is not welcome
   */
  boolean join(Link link) {
    LinkedNeighbour neighbour;
    synchronized (this) {
      neighbour = over ? null : enter(link.host());
    }
    if (neighbour == null) {
      return false;
    }
    // Without the lock: the link may be telling at this very moment that the other side speaks.
    begin(neighbour, link.about(stored.id(), neighbour));
    return true;
  }

  /** The neighbour at this host, a new one if there is none; null for one that is not welcome. */
  private @Nullable LinkedNeighbour enter(HostId host) {
    LinkedNeighbour known = byHost.get(host);
    if (known != null) {
      return known;
    }
    if (byHost.size() == MOST_NEIGHBOURS || taking != null && taking.isBanished(host)) {
      return null;
    }
    int number = 0;
    while (byNumber[number] != null) {
      number++;
    }
    LinkedNeighbour fresh = new LinkedNeighbour(host, number, this);
    byNumber[number] = fresh;
    byHost.put(host, fresh);
    giving.join(fresh);
    if (taking != null) {
      taking.join(fresh);
    }
    return fresh;
  }

  private void begin(LinkedNeighbour neighbour, TaskLink conversation) {
    synchronized (this) {
      if (neighbour.gone) {
        errands.add(() -> conversation.close(CloseReason.DONE, "over before it began"));
      } else if (neighbour.link == null) {
        neighbour.link = conversation;
        TaskState state = giving.state();
        TaskFacts facts = stored.facts();
        PeerId self = taking != null ? taking.self() : parts.peers().apply(stored.id());
        errands.add(() -> conversation.open(self, state, facts));
        giving.introduce(neighbour, conversation);
      }
    }
    errands.run();
  }

  /** Ends a conversation; the neighbour is forgotten. With the lock held. */
  void part(LinkedNeighbour neighbour, CloseReason reason, String why) {
    if (neighbour.gone) {
      return;
    }
    forget(neighbour);
    TaskLink link = neighbour.link;
    if (link != null) {
      errands.add(() -> link.close(reason, why));
    }
    if (taking != null) {
      taking.parted(neighbour, reason, why);
    }
    LOG.debug(
        "neighbour left task={} host={} reason={} why={}", stored.id(), neighbour, reason, why);
    endIfIdle();
  }

  private void forget(LinkedNeighbour neighbour) {
    neighbour.gone = true;
    byHost.remove(neighbour.host, neighbour);
    byNumber[neighbour.number] = null;
    giving.leave(neighbour);
    if (taking != null) {
      taking.leave(neighbour);
    }
  }

  // What neighbours say.

  void opened(LinkedNeighbour from, PeerId peer, TaskState state, TaskFacts facts) {
    synchronized (this) {
      from.peer = Optional.of(peer);
    }
    told(from, state, facts);
  }

  void told(LinkedNeighbour from, TaskState state, TaskFacts facts) {
    synchronized (this) {
      if (from.gone) {
        return;
      }
      from.state = state;
      learning.hear(from, facts);
      giving.heard(from);
      if (taking != null) {
        taking.changed();
      }
    }
    errands.run();
  }

  void has(LinkedNeighbour from, BitSet told) {
    synchronized (this) {
      if (from.gone) {
        return;
      }
      BitSet blocks = (BitSet) told.clone();
      blocks.clear(limit(), Math.max(limit(), blocks.length()));
      from.saidWhatItHas = true;
      from.has.or(blocks);
      from.digestsKnown.or(blocks); // Nobody tells of a block whose digest he does not know.
      giving.has(from, blocks);
      if (taking != null) {
        taking.has(from, blocks);
      }
    }
    errands.run();
  }

  /** A number out of the blue would cost memory, a bit for each block before it. */
  int limit() {
    Optional<PieceLayout> layout = stored.layout();
    int most = Interest.UNKNOWN_LENGTH_PIECES * 16;
    return layout.isPresent() && layout.get().contentLength().isPresent()
        ? (int) Math.min(layout.get().blockCount(), most)
        : most;
  }

  void runs(LinkedNeighbour from, List<SignedRun> runs) {
    synchronized (this) {
      if (!from.gone) {
        learning.hear(from, runs);
      }
    }
    errands.run();
  }

  /** What became of runs that a neighbour showed. */
  void judged(LinkedNeighbour from, RunKeeper.Verdict verdict, List<SignedRun> runs) {
    synchronized (this) {
      learning.checked(from, runs); // also of one who is gone: others wait for what came of it
      if (!from.gone) {
        learning.judged(from, verdict, runs);
      }
      if (taking != null && from.gone) {
        taking.changed();
      } else if (taking != null) {
        taking.judged(from, verdict.outcome(), runs);
      } else if (verdict.outcome() == RunKeeper.Outcome.FORGED) {
        part(from, CloseReason.DISTRUSTED, "a digest run is not what its signature says");
      }
    }
    errands.run();
  }

  void requested(LinkedNeighbour from, int block) {
    synchronized (this) {
      if (!from.gone) {
        giving.requested(from, block);
      }
    }
    errands.run();
  }

  void cancelled(LinkedNeighbour from, int block) {
    synchronized (this) {
      giving.cancelled(from, block);
    }
    errands.run();
  }

  void given(LinkedNeighbour to, int block, boolean whole) {
    synchronized (this) {
      giving.given(to, block, whole);
    }
    errands.run();
  }

  void busy(LinkedNeighbour from, int block, Duration retryAfter) {
    synchronized (this) {
      if (taking != null && !from.gone) {
        taking.busy(from, block, retryAfter);
      }
    }
    errands.run();
  }

  void missing(LinkedNeighbour from, int block) {
    synchronized (this) {
      if (!from.gone) {
        from.has.clear(block);
        if (taking != null) {
          taking.missing(from, block);
        }
      }
    }
    errands.run();
  }

  synchronized int expected(LinkedNeighbour from, int block) {
    return taking == null || from.gone ? -1 : taking.expected(from, block);
  }

  synchronized void progressed(LinkedNeighbour from, int bytes) {
    PieceRate rate = from.rate;
    if (rate != null) {
      rate.received(bytes);
    }
  }

  void arrived(LinkedNeighbour from, int block, BlockLease bytes) {
    boolean taken;
    synchronized (this) {
      taken = taking != null && !from.gone && taking.arrived(from, block, bytes);
    }
    if (!taken) {
      dropped(bytes.buffer().remaining());
      bytes.close();
    }
    errands.run();
  }

  void dropped(int bytes) {
    Taking running;
    synchronized (this) {
      running = taking;
    }
    if (running != null) {
      running.wasted(bytes);
    }
  }

  void closed(LinkedNeighbour from, CloseReason reason, String why) {
    synchronized (this) {
      if (from.gone) {
        return;
      }
      forget(from);
      if (taking != null) {
        taking.parted(from, reason, why);
      }
      LOG.debug("neighbour gone task={} host={} reason={} why={}", stored.id(), from, reason, why);
      endIfIdle();
    }
    errands.run();
  }

  // What timers say.

  void tellNow() {
    synchronized (this) {
      if (!over) {
        giving.tell();
      }
    }
    errands.run();
  }

  void revealNow() {
    synchronized (this) {
      if (!over) {
        giving.revealMore();
      }
    }
    errands.run();
  }

  // What the store says.

  @Override
  public void blockReadable(long block) {
    synchronized (this) {
      giving.ready((int) block);
      if (taking != null) {
        taking.refresh(block, block + 1);
      }
    }
    errands.run();
  }

  @Override
  public void runKept(SignedRun run) {
    synchronized (this) {
      giving.covered(run);
      if (taking != null) {
        taking.refresh(run.firstBlock(), run.endBlock());
        taking.pump();
      }
    }
    errands.run();
  }

  @Override
  public void pieceFinished(Piece piece) {
    if (stored.isComplete()) {
      synchronized (this) {
        giving.tellState();
      }
      errands.run();
    }
  }

  @Override
  public void factsChanged(TaskFacts facts) {
    synchronized (this) {
      giving.tellState();
      if (taking != null) {
        taking.recut();
      }
      byHost.values().forEach(learning::lookAgain);
    }
    errands.run();
  }

  @Override
  public void deleted() {
    synchronized (this) {
      if (taking != null) {
        taking.deleted();
      }
    }
    end("task " + stored.id() + " was deleted");
    onOver.accept(this);
  }
}
