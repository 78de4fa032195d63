package dev.dragonfly.simulation;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.link.Link;
import dev.dragonfly.dfdaemon.link.TaskLink;
import dev.dragonfly.dfdaemon.link.TaskLinkListener;
import dev.dragonfly.dfdaemon.link.TaskState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One end of a link. What is said arrives after its latency and in order, blocks between the words,
 * one at a time. There is one task to speak of.
 */
final class SimulatedLink implements Link {
  private final SimulatedHost host;
  private final SimulatedHost other;
  private final SimulatedWorld world;
  private final Duration latency;
  private final Deque<SentBlock> queue = new ArrayDeque<>();
  private @Nullable SimulatedLink otherEnd;
  private @Nullable SimulatedTalk talk;
  private @Nullable SentBlock sending;
  private boolean open = true;

  SimulatedLink(SimulatedHost host, SimulatedHost other, SimulatedWorld world, Duration latency) {
    this.host = host;
    this.other = other;
    this.world = world;
    this.latency = latency;
    host.slots().add(this);
  }

  /** The other side speaks of the task: a conversation that there is, or a new one. */
  void hear(SimulatedTalk from, PeerId peer, TaskState state, TaskFacts facts) {
    SimulatedTalk here = talk;
    if (here != null && here.isOpen() && here.theirs() != null && here.theirs() != from) {
      here.ended(CloseReason.LOST, "the other side began anew");
    }
    here = talk;
    if (here != null && here.isOpen() && here.theirs() == null) {
      here.heard(from);
      here.listener().opened(peer, state, facts);
      return;
    }
    SimulatedTalk fresh = new SimulatedTalk(this, null);
    talk = fresh;
    fresh.heard(from);
    fresh.listener(host.asked(fresh, peer, state, facts));
  }

  void joinTo(SimulatedLink end) {
    otherEnd = end;
  }

  SimulatedLink otherEnd() {
    if (otherEnd == null) {
      throw new AssertionError("a link has two ends");
    }
    return otherEnd;
  }

  SimulatedHost here() {
    return host;
  }

  SimulatedHost other() {
    return other;
  }

  SimulatedWorld world() {
    return world;
  }

  @Override
  public HostId host() {
    return other.announced().id();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public TaskLink about(TaskId task, TaskLinkListener listener) {
    SimulatedTalk there = talk;
    if (there == null || !there.isOpen()) {
      there = new SimulatedTalk(this, listener);
      talk = there;
    }
    return there;
  }

  @Nullable SimulatedTalk talk() {
    return talk;
  }

  /** What happens at the other end, after the latency. */
  void toOther(Runnable action) {
    if (!open) {
      return;
    }
    world
        .time()
        .after(
            latency,
            () -> {
              if (otherEnd().open && other.isAlive()) {
                action.run();
                other.settle();
              }
            });
  }

  void queue(SentBlock block) {
    queue.add(block);
    host.slots().next();
  }

  int sending() {
    return queue.size() + (sending == null ? 0 : 1);
  }

  int queued() {
    return queue.size();
  }

  boolean unqueue(SimulatedTalk of, int block) {
    return queue.removeIf(sent -> sent.isOf(of) && sent.block() == block);
  }

  /** Whether it has something to send and sends nothing. */
  boolean isWaiting() {
    return open && sending == null && !queue.isEmpty();
  }

  void sendNext() {
    sending = queue.removeFirst();
    sending.begin(() -> {
      sending = null;
      host.slots().ended();
    });
  }

  /** A conversation is over: what it was to give is dropped. */
  void drop(SimulatedTalk over) {
    queue.removeIf(sent -> {
      if (!sent.isOf(over)) {
        return false;
      }
      sent.dropped();
      return true;
    });
    if (sending != null && sending.isOf(over)) {
      sending.breakOff();
    }
  }

  /** The host of this end is gone. */
  void die() {
    open = false;
    if (sending != null) {
      sending.breakOff();
    }
    queue.clear();
    if (talk != null) {
      talk.ended(CloseReason.LOST, "this host is gone");
    }
  }

  /** The other side finds out that this one is gone. */
  void lostByOther() {
    SimulatedLink end = otherEnd();
    if (!end.open) {
      return;
    }
    end.open = false;
    SimulatedTalk ended = end.talk;
    if (end.sending != null) {
      end.sending.breakOff();
    }
    end.queue.forEach(SentBlock::dropped);
    end.queue.clear();
    if (ended != null) {
      ended.ended(CloseReason.LOST, "the connection is gone");
    }
    other.settle();
  }
}
