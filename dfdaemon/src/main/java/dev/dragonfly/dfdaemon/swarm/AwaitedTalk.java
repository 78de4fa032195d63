package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.link.TaskLinkListener;
import dev.dragonfly.dfdaemon.link.TaskState;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that another host began, until the task is found here: then a neighbour hears
 * everything. Guarded by its own monitor while it waits.
 */
final class AwaitedTalk implements TaskLinkListener {
  private TaskState state;
  private TaskFacts facts;
  private boolean over;
  private volatile @Nullable LinkedNeighbour neighbour;

  AwaitedTalk(TaskState state, TaskFacts facts) {
    this.state = state;
    this.facts = facts;
  }

  synchronized boolean isOver() {
    return over;
  }

  /** The neighbour hears everything from now on; false if nothing more comes. */
  synchronized boolean passOnTo(LinkedNeighbour found, PeerId peer) {
    if (!over) {
      found.opened(peer, state, facts);
      neighbour = found;
    }
    return !over;
  }

  /** Who listens. Before a task is found nothing but the state of things is said. */
  private LinkedNeighbour listener() {
    LinkedNeighbour found = neighbour;
    if (found == null) {
      throw new IllegalStateException("said before this host has answered");
    }
    return found;
  }

  @Override
  public void opened(PeerId peer, TaskState how, TaskFacts what) {
    told(how, what);
  }

  @Override
  public void told(TaskState how, TaskFacts what) {
    LinkedNeighbour found;
    synchronized (this) {
      found = neighbour;
      state = how;
      facts = what;
    }
    if (found != null) {
      found.told(how, what);
    }
  }

  @Override
  public void closed(CloseReason reason, String why) {
    LinkedNeighbour found;
    synchronized (this) {
      found = neighbour;
      over = true;
    }
    if (found != null) {
      found.closed(reason, why);
    }
  }

  @Override
  public void has(BitSet blocks) {
    listener().has(blocks);
  }

  @Override
  public void runs(List<SignedRun> runs) {
    listener().runs(runs);
  }

  @Override
  public void requested(int block) {
    listener().requested(block);
  }

  @Override
  public void cancelled(int block, boolean wasQueued) {
    listener().cancelled(block, wasQueued);
  }

  @Override
  public void busy(int block, Duration retryAfter) {
    listener().busy(block, retryAfter);
  }

  @Override
  public void missing(int block) {
    listener().missing(block);
  }

  @Override
  public int expected(int block) {
    return listener().expected(block);
  }

  @Override
  public void progressed(int block, int bytes) {
    listener().progressed(block, bytes);
  }

  @Override
  public void arrived(int block, BlockLease bytes) {
    listener().arrived(block, bytes);
  }

  @Override
  public void dropped(int block, int bytes) {
    listener().dropped(block, bytes);
  }

  @Override
  public void given(int block, boolean whole) {
    listener().given(block, whole);
  }
}
