package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.link.TaskLink;
import dev.dragonfly.dfdaemon.link.TaskLinkListener;
import dev.dragonfly.dfdaemon.link.TaskState;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A host that speaks with this one about a task, and all that is known of it. Its state is guarded
 * by the monitor of its {@link TaskSwarm}, to which it passes on what it hears.
 */
final class LinkedNeighbour implements TaskLinkListener {
  final HostId host;

  /** Its number among the neighbours of the task, for the policies. */
  final int number;

  private final TaskSwarm swarm;

  /** Absent until the conversation has begun. */
  @Nullable TaskLink link;

  /** As whom it speaks; absent until it has spoken. */
  Optional<PeerId> peer = Optional.empty();

  TaskState state = TaskState.GROWING;
  boolean gone;

  // What it gives.
  final BitSet has = new BitSet();

  /** Blocks that it was asked for. */
  final BitSet asked = new BitSet();

  /** Blocks that it was asked for at any time. */
  private final BitSet askedOnce = new BitSet();

  boolean saidWhatItHas;
  boolean delivered;

  /** Somebody signed what it has whom no scheduler has named, somebody who was named. */
  boolean strange;

  boolean vouchedFor;

  /** Runs that cannot be checked yet, and how many are being checked. */
  final Deque<SignedRun> unchecked = new ArrayDeque<>();

  int checking;
  int failures;
  int missed;

  /** It said that it has no room until then, or brought nothing for long. */
  long restsUntilNanos;

  boolean rests;

  /** It said that it has no room, and has not delivered since. */
  boolean saidBusy;

  /** Not asked any more in this download, for a while or for good. */
  boolean dropped;

  @Nullable PieceRate rate;
  private int[] toAsk = new int[8];
  private int toAskCount;

  // What it takes.
  /** Blocks that are to be told to it. */
  final BitSet toTell = new BitSet();

  /** Among them is one that it waits for. */
  boolean hurry;

  /** It reads the source: it decides by what others have, and wants little of it. */
  boolean isSource;

  /** Blocks whose digests it knows, from here or by its own word. */
  final BitSet digestsKnown = new BitSet();

  /** Blocks that are queued for it. */
  final BitSet queued = new BitSet();

  /** Facts and runs are learnt one after the other, and not on its event loop. */
  final Errands learning = new Errands();

  LinkedNeighbour(HostId host, int number, TaskSwarm swarm) {
    this.host = host;
    this.number = number;
    this.swarm = swarm;
  }

  /** Whether it can be asked for blocks now. */
  boolean isReady(long nowNanos) {
    if (rests && nowNanos - restsUntilNanos >= 0) {
      rests = false;
    }
    return link != null && !gone && !dropped && !rests;
  }

  /** Whether nobody whom a scheduler has named vouches for anything that it has. */
  boolean isUnverifiable() {
    return strange && !vouchedFor;
  }

  /** Whether more may become available here. */
  boolean mayGrow() {
    boolean unheard = !saidWhatItHas || checking > 0;
    return !gone && !dropped && !isUnverifiable() && (state == TaskState.GROWING || unheard);
  }

  void rest(long untilNanos) {
    rests = true;
    restsUntilNanos = untilNanos;
  }

  /** Will be asked with the next words. */
  void willAsk(int block) {
    if (toAskCount == toAsk.length) {
      toAsk = Arrays.copyOf(toAsk, 2 * toAskCount);
    }
    toAsk[toAskCount++] = block;
    askedOnce.set(block);
  }

  /** What it is to be asked for; forgets it. */
  int[] takeAsks() {
    int[] asks = Arrays.copyOf(toAsk, toAskCount);
    toAskCount = 0;
    return asks;
  }

  boolean hasAsks() {
    return toAskCount > 0;
  }

  @Override
  public void opened(PeerId as, TaskState how, TaskFacts facts) {
    swarm.opened(this, as, how, facts);
  }

  @Override
  public void told(TaskState how, TaskFacts facts) {
    swarm.told(this, how, facts);
  }

  @Override
  public void has(BitSet blocks) {
    swarm.has(this, blocks);
  }

  @Override
  public void runs(List<SignedRun> runs) {
    swarm.runs(this, runs);
  }

  @Override
  public void requested(int block) {
    swarm.requested(this, block);
  }

  @Override
  public void cancelled(int block, boolean wasQueued) {
    if (wasQueued) {
      swarm.cancelled(this, block);
    }
  }

  @Override
  public void busy(int block, Duration retryAfter) {
    swarm.busy(this, block, retryAfter);
  }

  @Override
  public void missing(int block) {
    swarm.missing(this, block);
  }

  @Override
  public int expected(int block) {
    return swarm.expected(this, block);
  }

  @Override
  public void progressed(int block, int bytes) {
    swarm.progressed(this, bytes);
  }

  @Override
  public void arrived(int block, BlockLease bytes) {
    swarm.arrived(this, block, bytes);
  }

  @Override
  public void dropped(int block, int bytes) {
    if (askedOnce.get(block)) {
      // It was taken back too late and keeps the line busy: who sends does not stand still.
      swarm.progressed(this, bytes);
    }
    swarm.dropped(bytes);
  }

  @Override
  public void given(int block, boolean whole) {
    swarm.given(this, block, whole);
  }

  @Override
  public void closed(CloseReason reason, String why) {
    swarm.closed(this, reason, why);
  }

  @Override
  public String toString() {
    return host.value();
  }
}
