package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who speaks of what on one link, and what of it is heard. Conversations are begun and ended by any
 * thread; what the other side says is heard on the event loop of the connection, which also owns
 * the numbers that the other side uses.
 */
final class Conversations {
  private static final Duration TOO_MANY_PAUSE = Duration.ofMillis(200);

  private final LinkParts parts;
  private final NettyLink link;
  private final Arrivals arrivals;
  private final Map<TaskId, NettyTaskLink> open = new ConcurrentHashMap<>();
  private final AtomicInteger handles = new AtomicInteger();
  private final AtomicInteger owed = new AtomicInteger();

  // Of the event loop:
  private final Map<Integer, NettyTaskLink> theirs = new HashMap<>();

  /** Numbers of conversations that ended here and of which the other side may not know yet. */
  private final Set<Integer> ended = new HashSet<>();

  Conversations(LinkParts parts, NettyLink link, Arrivals arrivals) {
    this.parts = parts;
    this.link = link;
    this.arrivals = arrivals;
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /** See {@link Link#about}. */
  TaskLink about(TaskId task, TaskLinkListener listener) {
    NettyTaskLink fresh = conversation(task, listener);
    NettyTaskLink there = ofTask(task, fresh);
    if (there != fresh) {
      return there;
    }
    // After it can be found: who ends the link ends it too, or it is ended here.
    if (!link.isOpen()) {
      lose(fresh, CloseReason.DONE, CloseReason.LOST, "the connection is gone");
    } else if (open.size() > parts.config().conversations()) {
      lose(fresh, CloseReason.DONE, CloseReason.REFUSED, "too many tasks on this link");
    }
    return fresh;
  }

  /** The conversation about the task that is open, else the fresh one from now on. */
  private NettyTaskLink ofTask(TaskId task, NettyTaskLink fresh) {
    while (true) {
      NettyTaskLink there = open.putIfAbsent(task, fresh);
      if (there == null) {
        return fresh;
      }
      if (there.isOpen()) {
        return there;
      }
      open.remove(task, there);
    }
  }

  private NettyTaskLink conversation(TaskId task, @Nullable TaskLinkListener listener) {
    return new NettyTaskLink(link, task, handles.incrementAndGet(), listener, parts.time().nanos());
  }

  /** The other side wants one more block; false when these are too many. */
  boolean owesOneMore() {
    if (owed.incrementAndGet() <= parts.config().requests()) {
      return true;
    }
    owed.decrementAndGet();
    return false;
  }

  void owesOneFewer() {
    owed.decrementAndGet();
  }

  /** A conversation was ended on this side; any thread. */
  void ended(NettyTaskLink conversation) {
    open.remove(conversation.task(), conversation);
    link.queue().forget(conversation);
    link.onLoop(() -> {
      arrivals.forget(conversation);
      if (theirs.remove(conversation.theirs(), conversation) && conversation.isSpoken()) {
        ended.add(conversation.theirs()); // until the other side has said its own last word
      }
    });
  }

  /** The connection is gone. */
  void loseAll(CloseReason reason, String why) {
    for (NettyTaskLink conversation : List.copyOf(open.values())) {
      lose(conversation, CloseReason.DONE, reason, why);
    }
  }

  /** Ends what the other side has waited for long enough. */
  void loseUnanswered(long now) {
    for (NettyTaskLink conversation : List.copyOf(open.values())) {
      if (conversation.isUnanswered(now, parts.config().answerTimeout().toNanos())) {
        lose(conversation, CloseReason.NOT_FOUND, CloseReason.NOT_FOUND, "no answer in time");
      }
    }
  }

  /** What the other side says. */
  void heard(int tag, ByteBuf value) {
    switch (tag) {
      case Frames.OPEN -> opened(value);
      case Frames.REFUSE -> refused(value);
      case Frames.CLOSE -> closed(value);
      case Frames.HELLO -> throw new CorruptedFrameException("a second hello");
      default -> {
        int handle = value.readInt();
        NettyTaskLink conversation = theirs.get(handle);
        if (conversation != null && conversation.isOpen()) {
          said(conversation, tag, value);
        } else if (conversation == null && tag != Frames.STATE && !ended.contains(handle)) {
          throw unknown(handle);
        }
      }
    }
  }

  /** Whose block comes; null when the conversation is over. */
  @Nullable NettyTaskLink sender(int handle) {
    NettyTaskLink from = theirs.get(handle);
    if (from == null && !ended.contains(handle)) {
      throw unknown(handle);
    }
    if (from != null && !from.isBothWays()) {
      throw new CorruptedFrameException("a block before the other side has opened");
    }
    return from != null && from.isOpen() ? from : null;
  }

  private static CorruptedFrameException unknown(int handle) {
    return new CorruptedFrameException(
        "no task was opened under the number " + Integer.toUnsignedString(handle));
  }

  private void said(NettyTaskLink from, int tag, ByteBuf value) {
    TaskLinkListener listener = from.listener();
    if (tag == Frames.STATE) {
      listener.told(Frames.state(value), Frames.facts(value));
      return;
    }
    if (!from.isBothWays()) {
      throw new CorruptedFrameException("tag " + tag + " before the other side has opened");
    }
    switch (tag) {
      case Frames.HAVE -> listener.has(Frames.have(value));
      case Frames.RUNS -> listener.runs(Frames.runs(value));
      case Frames.REQUEST -> Frames.numbers(value, block -> requested(from, block));
      case Frames.CANCEL -> Frames.numbers(value, block -> cancelled(from, block));
      case Frames.MISSING ->
          Frames.numbers(
              value,
              block -> {
                arrivals.missing(from, block);
                listener.missing(block);
              });
      default -> // BUSY is the only one left; lengths and tags were checked
          listener.busy(Frames.block(value), Duration.ofMillis(Frames.pauseMillis(value)));
    }
  }

  private void requested(NettyTaskLink from, int block) {
    if (from.owes(block)) {
      from.listener().requested(block);
    } else {
      from.busy(block, TOO_MANY_PAUSE);
    }
  }

  private void cancelled(NettyTaskLink from, int block) {
    boolean wasQueued = link.queue().cancel(from, block);
    from.settle(block);
    from.listener().cancelled(block, wasQueued);
    if (wasQueued) {
      from.given(block, false);
    }
  }

  private void opened(ByteBuf value) {
    Frames.Open said = Frames.open(value);
    TaskId task = Frames.parsed(said.task(), TaskId::new);
    PeerId peer = Frames.parsed(said.peer(), PeerId::new);
    TaskFacts facts = Frames.facts(value);
    int handle = said.handle();
    if (handle == 0 || theirs.containsKey(handle) || ended.contains(handle)) {
      throw new CorruptedFrameException("the number " + handle + " cannot be opened");
    }
    if (theirs.size() + ended.size() >= parts.config().conversations()) {
      link.outbox().add(Frames.end(Frames.REFUSE, handle, CloseReason.REFUSED, "too many tasks"));
      return;
    }
    NettyTaskLink there = open.get(task);
    if (said.answers() != 0 && (there == null || there.handle() != said.answers())) {
      ended.add(handle); // It answers what was closed meanwhile, and will be closed for it.
      return;
    }
    NettyTaskLink fresh = conversation(task, null);
    there = ofTask(task, fresh);
    if (there == fresh) {
      theirs.put(handle, fresh);
      fresh.heard(handle);
      ask(fresh, peer, said.state(), facts);
      return;
    }
    if (there.isHeard()) {
      throw new CorruptedFrameException("task " + task + " is opened twice");
    }
    theirs.put(handle, there);
    there.heard(handle);
    if (there.isOpen()) {
      there.listener().opened(peer, said.state(), facts);
    } else { // closed in this moment by another thread, which did not know whom to tell
      link.outbox().add(Frames.end(Frames.REFUSE, handle, CloseReason.DONE, ""));
    }
  }

  private void ask(NettyTaskLink fresh, PeerId peer, TaskState state, TaskFacts facts) {
    try {
      fresh.listener(parts.acceptor().asked(fresh, peer, state, facts));
    } catch (RuntimeException e) {
      fresh.close(CloseReason.NOT_FOUND, "failed here"); // nobody listens, so nobody is told
      throw e;
    }
  }

  private void refused(ByteBuf value) {
    int handle = value.readInt();
    CloseReason because = Frames.reason(value);
    String text = Frames.text(value);
    for (NettyTaskLink conversation : open.values()) {
      if (conversation.handle() == handle) {
        lose(conversation, CloseReason.DONE, because, text);
        return;
      }
    }
  }

  private void closed(ByteBuf value) {
    int handle = value.readInt();
    CloseReason because = Frames.reason(value);
    String text = Frames.text(value);
    if (handle == 0) {
      link.close(because, "the other side closed the link: " + text);
      return;
    }
    ended.remove(handle);
    NettyTaskLink conversation = theirs.remove(handle);
    if (conversation != null && conversation.isOpen()) {
      lose(conversation, CloseReason.DONE, because, text);
    }
  }

  /** Ends a conversation by the other side's word or for want of a connection. */
  private void lose(
      NettyTaskLink conversation, CloseReason said, CloseReason because, String text) {
    if (conversation.end(said, "")) {
      ended(conversation);
      conversation.listener().closed(because, text);
    }
  }
}
