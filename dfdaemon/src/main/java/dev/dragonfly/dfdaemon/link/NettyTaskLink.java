package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One conversation. What is said before the other side has opened it too is kept until then: so
 * nobody hears of a task before he has decided to. Who has said and heard what is guarded by the
 * monitor, which also keeps the order in which threads speak.
 */
final class NettyTaskLink implements TaskLink {
  private final NettyLink link;
  private final TaskId task;
  private final int handle;
  private final List<ByteBuf> kept = new ArrayList<>();
  private final Set<Integer> owed = ConcurrentHashMap.newKeySet();
  private final long since;
  private volatile @Nullable TaskLinkListener listener;
  private volatile boolean over;
  private boolean spoken;

  /** The number by which the other side speaks of the task; 0 until it has opened. */
  private int theirs;

  NettyTaskLink(
      NettyLink link, TaskId task, int handle, @Nullable TaskLinkListener listener, long now) {
    this.link = link;
    this.task = task;
    this.handle = handle;
    this.listener = listener;
    this.since = now;
  }

  @Override
  public Link link() {
    return link;
  }

  @Override
  public TaskId task() {
    return task;
  }

  int handle() {
    return handle;
  }

  @Override
  public boolean isOpen() {
    return !over;
  }

  TaskLinkListener listener() {
    return Objects.requireNonNull(listener, "nobody listens yet");
  }

  void listener(TaskLinkListener told) {
    listener = told;
  }

  @Override
  public synchronized void open(PeerId self, TaskState state, TaskFacts facts) {
    if (over) {
      return;
    }
    if (spoken) {
      throw new IllegalStateException("the conversation about " + task + " was opened before");
    }
    spoken = true;
    link.outbox()
        .add(
            Frames.open(new Frames.Open(handle, theirs, state, task.value(), self.value()), facts));
    sayKept();
  }

  /** The other side has opened; event loop. */
  synchronized void heard(int number) {
    theirs = number;
    sayKept();
  }

  synchronized boolean isHeard() {
    return theirs != 0;
  }

  /** Whether the other side may say more than how things stand. */
  synchronized boolean isBothWays() {
    return spoken && theirs != 0;
  }

  /** Whether this host owes the other an answer for so long. */
  synchronized boolean isUnanswered(long now, long nanos) {
    return !over && !spoken && theirs != 0 && now - since > nanos;
  }

  private void sayKept() {
    if (spoken && theirs != 0) {
      kept.forEach(link.outbox()::addCounted);
      kept.clear();
    }
  }

  private synchronized void say(List<ByteBuf> frames) {
    if (over) {
      frames.forEach(ByteBuf::release);
      return;
    }
    if (!spoken) {
      throw new IllegalStateException("the conversation about " + task + " has not been opened");
    }
    for (ByteBuf frame : frames) {
      if (theirs == 0) {
        if (link.outbox().count(frame)) {
          kept.add(frame);
        }
      } else {
        link.outbox().add(frame);
      }
    }
  }

  @Override
  public void tell(TaskState state, TaskFacts facts) {
    say(List.of(Frames.state(handle, state, facts)));
  }

  @Override
  public void have(BitSet blocks) {
    say(Frames.have(handle, blocks));
  }

  @Override
  public void runs(List<SignedRun> runs) {
    say(Frames.runs(handle, runs));
  }

  @Override
  public void request(int... blocks) {
    say(Frames.numbers(Frames.REQUEST, handle, blocks));
  }

  @Override
  public void cancel(int block) {
    say(Frames.numbers(Frames.CANCEL, handle, block));
  }

  @Override
  public void busy(int block, Duration retryAfter) {
    settle(block);
    say(List.of(Frames.busy(handle, block, retryAfter.toMillis())));
  }

  @Override
  public void missing(int block) {
    settle(block);
    say(Frames.numbers(Frames.MISSING, handle, block));
  }

  @Override
  public void give(int block, StoredTask from) {
    link.queue().add(this, block, from);
  }

  @Override
  public int queued() {
    return link.queue().countOf(this);
  }

  /** The other side wants a block; false when it wants more than it may. */
  boolean owes(int block) {
    if (!owed.add(block)) {
      return true;
    }
    if (link.conversations().owesOneMore()) {
      return true;
    }
    owed.remove(block);
    return false;
  }

  /** A wish of the other side has its answer. */
  void settle(int block) {
    if (owed.remove(block)) {
      link.conversations().owesOneFewer();
    }
  }

  /** A block that was to be given went out, or will not. */
  void given(int block, boolean whole) {
    settle(block);
    listener().given(block, whole);
  }

  @Override
  public void close(CloseReason reason, String why) {
    if (end(reason, why)) {
      link.conversations().ended(this);
    }
  }

  /**
   * Ends it on this side and says so.
   *
   * @return whether it was not over
   */
  synchronized boolean end(CloseReason reason, String why) {
    if (over) {
      return false;
    }
    over = true;
    kept.forEach(link.outbox()::discard);
    kept.clear();
    if (spoken) {
      link.outbox().add(Frames.end(Frames.CLOSE, handle, reason, why));
    } else if (theirs != 0) {
      link.outbox().add(Frames.end(Frames.REFUSE, theirs, reason, why));
    }
    owed.forEach(this::settle);
    return true;
  }

  /** The number under which the other side may still speak; 0 when it does not. */
  synchronized int theirs() {
    return theirs;
  }

  synchronized boolean isSpoken() {
    return spoken;
  }
}
