package dev.dragonfly.simulation;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.link.Link;
import dev.dragonfly.dfdaemon.link.TaskLink;
import dev.dragonfly.dfdaemon.link.TaskLinkListener;
import dev.dragonfly.dfdaemon.link.TaskState;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One side of a conversation about the one task. For one thread. */
final class SimulatedTalk implements TaskLink {
  private final SimulatedLink link;
  private final List<Runnable> kept = new ArrayList<>();
  private @Nullable TaskLinkListener listener;
  private @Nullable SimulatedTalk theirs;
  private boolean over;

  SimulatedTalk(SimulatedLink link, @Nullable TaskLinkListener listener) {
    this.link = link;
    this.listener = listener;
  }

  @Override
  public Link link() {
    return link;
  }

  SimulatedLink end() {
    return link;
  }

  @Override
  public TaskId task() {
    return Content.TASK;
  }

  @Override
  public boolean isOpen() {
    return !over;
  }

  TaskLinkListener listener() {
    if (listener == null) {
      throw new AssertionError("nobody listens");
    }
    return listener;
  }

  @Override
  public void open(PeerId self, TaskState state, TaskFacts facts) {
    if (!over) {
      link.toOther(() -> link.otherEnd().hear(this, self, state, facts));
    }
  }

  /** The other side has opened. */
  void heard(SimulatedTalk other) {
    theirs = other;
    kept.forEach(Runnable::run);
    kept.clear();
  }

  void listener(TaskLinkListener told) {
    listener = told;
  }

  boolean hears(SimulatedTalk other) {
    return !over && theirs == other;
  }

  @Nullable SimulatedTalk theirs() {
    return theirs;
  }

  /** Says something, as soon as both speak. */
  void say(Consumer<TaskLinkListener> word) {
    if (over) {
      return;
    }
    Runnable say =
        () ->
            link.toOther(() -> {
              SimulatedTalk at = link.otherEnd().talk();
              if (at != null && at.hears(this)) {
                word.accept(at.listener());
              }
            });
    if (theirs == null) {
      kept.add(say);
    } else {
      say.run();
    }
  }

  @Override
  public void tell(TaskState state, TaskFacts facts) {
    say(other -> other.told(state, facts));
  }

  @Override
  public void have(BitSet blocks) {
    say(other -> other.has(blocks));
  }

  @Override
  public void runs(List<SignedRun> runs) {
    say(other -> other.runs(runs));
  }

  @Override
  public void request(int... blocks) {
    for (int block : blocks) {
      say(other -> other.requested(block));
    }
  }

  @Override
  public void cancel(int block) {
    say(other -> {
      SimulatedTalk at = link.otherEnd().talk();
      boolean queued = at != null && link.otherEnd().unqueue(at, block);
      other.cancelled(block, queued);
      if (queued) {
        other.given(block, false);
      }
    });
  }

  @Override
  public void busy(int block, Duration retryAfter) {
    link.world().ledger().busyAnswers++;
    say(other -> other.busy(block, retryAfter));
  }

  @Override
  public void missing(int block) {
    say(other -> other.missing(block));
  }

  @Override
  public void give(int block, StoredTask from) {
    if (over) {
      listener().given(block, false);
    } else {
      link.queue(new SentBlock(this, block));
    }
  }

  @Override
  public int queued() {
    return link.queued();
  }

  @Override
  public void close(CloseReason reason, String why) {
    if (over) {
      return;
    }
    over = true;
    link.drop(this);
    link.toOther(() -> {
      SimulatedTalk at = link.otherEnd().talk();
      if (at != null && at.isOpen() && (at.theirs == this || at == theirs)) {
        at.ended(reason, why);
      }
    });
  }

  /** The other side has ended it, or the connection is gone. */
  void ended(CloseReason reason, String why) {
    if (!over) {
      over = true;
      link.drop(this);
      if (listener != null) {
        listener.closed(reason, why);
      }
    }
  }
}
