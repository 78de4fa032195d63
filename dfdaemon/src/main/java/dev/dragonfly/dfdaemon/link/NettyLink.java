package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.CorruptedFrameException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session over one connection: who speaks of what, and what of it is heard. Conversations are
 * begun by any thread; what the other side says is heard on the event loop of the connection, which
 * also owns the numbers that it uses.
 */
final class NettyLink implements Link, FrameSink {
  private static final Logger LOG = LoggerFactory.getLogger(NettyLink.class);
  private static final Duration TOO_MANY_PAUSE = Duration.ofMillis(200);

  private static final Duration CROSSING = Duration.ofSeconds(3);

  /** Checks of a link in its shortest limit of time. */
  private static final int LOOKS = 4;

  private final LinkParts parts;
  private final Channel channel;
  private final HostId host;
  private final boolean dialled;
  private final Consumer<NettyLink> gone;
  private final FrameHandler frames;
  private final Outbox outbox;
  private final SendQueue queue;
  private final Arrivals arrivals;
  private final Map<TaskId, NettyTaskLink> conversations = new ConcurrentHashMap<>();
  private final AtomicInteger handles = new AtomicInteger();
  private final AtomicInteger owed = new AtomicInteger();

  // Of the event loop:
  private final Map<Integer, NettyTaskLink> theirs = new HashMap<>();

  /** Numbers of conversations that ended here and of which the other side may not know yet. */
  private final Set<Integer> ended = new HashSet<>();

  private final long begunAt;
  private long readAt;
  private long readsSeen;
  private long lastSpoken;
  private CloseReason reason = CloseReason.LOST;
  private String why = "the connection is gone";
  private volatile boolean open = true;

  /**
   * @param dialled whether this host has dialled
   * @param gone told once, on the event loop, when the connection is gone
   */
  NettyLink(
      LinkParts parts,
      Channel channel,
      FrameHandler frames,
      HostId host,
      boolean dialled,
      Consumer<NettyLink> gone) {
    this.parts = parts;
    this.channel = channel;
    this.frames = frames;
    this.host = host;
    this.dialled = dialled;
    this.gone = gone;
    this.outbox =
        new Outbox(
            channel,
            parts.config().controlQueue().bytes(),
            () -> close(CloseReason.LOST, "it does not read what it is told"));
    this.queue = new SendQueue(parts, this, channel);
    this.arrivals = new Arrivals(parts, this, frames, channel.eventLoop());
    this.begunAt = parts.time().nanos();
    this.readAt = begunAt;
    this.lastSpoken = begunAt;
  }

  /** Begins to watch over the connection; event loop. */
  void start() {
    parts.listener().linkOpened(host);
    LOG.debug("link opened host={} dialled={} at={}", host, dialled, channel.remoteAddress());
    scheduleLook();
  }

  @Override
  public HostId host() {
    return host;
  }

  boolean isDialled() {
    return dialled;
  }

  /** Whether another connection of the same two hosts can still be on its way. */
  boolean isYoung() {
    return parts.time().nanos() - begunAt < CROSSING.toNanos();
  }

  Channel channel() {
    return channel;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  boolean isIdle() {
    return conversations.isEmpty();
  }

  Outbox outbox() {
    return outbox;
  }

  SendQueue queue() {
    return queue;
  }

  @Override
  public TaskLink about(TaskId task, TaskLinkListener listener) {
    NettyTaskLink fresh = conversation(task, listener);
    NettyTaskLink there = ofTask(task, fresh);
    if (there != fresh) {
      return there;
    }
    // After it can be found: who ends the link ends it too, or it is ended here.
    if (!open) {
      lose(fresh, CloseReason.DONE, CloseReason.LOST, "the connection is gone");
    } else if (conversations.size() > parts.config().conversations()) {
      lose(fresh, CloseReason.DONE, CloseReason.REFUSED, "too many tasks on this link");
    }
    return fresh;
  }

  /** The conversation about the task that is open, else the fresh one from now on. */
  private NettyTaskLink ofTask(TaskId task, NettyTaskLink fresh) {
    while (true) {
      NettyTaskLink there = conversations.putIfAbsent(task, fresh);
      if (there == null) {
        return fresh;
      }
      if (there.isOpen()) {
        return there;
      }
      conversations.remove(task, there);
    }
  }

  private NettyTaskLink conversation(TaskId task, @Nullable TaskLinkListener listener) {
    return new NettyTaskLink(this, task, handles.incrementAndGet(), listener, parts.time().nanos());
  }

  /** Ends the link; any thread. */
  void close(CloseReason because, String text) {
    onLoop(() -> {
      if (open) {
        reason = because;
        why = text;
        LOG.debug("link closed host={} why={}", host, text);
        channel.close();
      }
    });
  }

  private void onLoop(Runnable action) {
    try {
      channel.eventLoop().execute(action);
    } catch (RejectedExecutionException e) {
      LOG.debug("link ended with its loop host={}", host);
    }
  }

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
    conversations.remove(conversation.task(), conversation);
    queue.forget(conversation);
    onLoop(() -> {
      lastSpoken = parts.time().nanos();
      arrivals.forget(conversation);
      if (theirs.remove(conversation.theirs(), conversation) && conversation.isSpoken()) {
        ended.add(conversation.theirs()); // until the other side has said its own last word
      }
    });
  }

  @Override
  public void control(int tag, ByteBuf value) {
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
    boolean wasQueued = queue.cancel(from, block);
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
      outbox.add(Frames.end(Frames.REFUSE, handle, CloseReason.REFUSED, "too many tasks"));
      return;
    }
    NettyTaskLink there = conversations.get(task);
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
      outbox.add(Frames.end(Frames.REFUSE, handle, CloseReason.DONE, ""));
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
    for (NettyTaskLink conversation : conversations.values()) {
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
      close(because, "the other side closed the link: " + text);
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

  @Override
  public boolean chunk(int handle, int block, int offset, int length) {
    NettyTaskLink from = theirs.get(handle);
    if (from == null && !ended.contains(handle)) {
      throw unknown(handle);
    }
    if (from != null && !from.isBothWays()) {
      throw new CorruptedFrameException("a block before the other side has opened");
    }
    return arrivals.begin(from != null && from.isOpen() ? from : null, block, offset, length);
  }

  @Override
  public void bytes(ByteBuf in, int length) {
    arrivals.bytes(in, length);
  }

  @Override
  public void broken(String text) {
    reason = CloseReason.DISTRUSTED;
    why = "it broke the protocol: " + text;
  }

  @Override
  public void gone() {
    open = false;
    arrivals.drop();
    for (NettyTaskLink conversation : List.copyOf(conversations.values())) {
      lose(conversation, CloseReason.DONE, reason, why);
    }
    queue.close();
    parts.listener().linkClosed(host);
    gone.accept(this);
  }

  private void scheduleLook() {
    long shortest =
        Math.min(parts.config().stallTimeout().toMillis(), parts.config().idleTimeout().toMillis());
    channel.eventLoop().schedule(this::look, Math.max(1, shortest / LOOKS), TimeUnit.MILLISECONDS);
  }

  /** Ends what stands still. */
  private void look() {
    if (!open) {
      return;
    }
    long now = parts.time().nanos();
    long stall = parts.config().stallTimeout().toNanos();
    if (!conversations.isEmpty()) {
      lastSpoken = now;
    }
    if (!frames.isMidFrame() || frames.isPaused() || frames.reads() != readsSeen) {
      readsSeen = frames.reads();
      readAt = now;
    }
    if (now - readAt > stall || arrivals.isStalled(stall)) {
      close(CloseReason.LOST, "it stands still in the middle of a frame");
    } else if (now - lastSpoken > parts.config().idleTimeout().toNanos()) {
      close(CloseReason.DONE, "idle");
    }
    for (NettyTaskLink conversation : List.copyOf(conversations.values())) {
      if (conversation.isUnanswered(now, parts.config().answerTimeout().toNanos())) {
        lose(conversation, CloseReason.NOT_FOUND, CloseReason.NOT_FOUND, "no answer in time");
      }
    }
    scheduleLook();
  }
}
