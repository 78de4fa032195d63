package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session over one connection: it is watched over here from its beginning to its end; what is
 * said on it is the matter of {@link Conversations}, what is given of {@link Arrivals} and {@link
 * SendQueue}. Calls of a {@link FrameSink} are on the event loop, others on any thread.
 */
final class NettyLink implements Link, FrameSink {
  private static final Logger LOG = LoggerFactory.getLogger(NettyLink.class);

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
  private final Conversations conversations;

  private final long begunAt;

  // Of the event loop:
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
    this.conversations = new Conversations(parts, this, arrivals);
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

  Conversations conversations() {
    return conversations;
  }

  @Override
  public TaskLink about(TaskId task, TaskLinkListener listener) {
    return conversations.about(task, listener);
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

  /** Does it on the event loop in its next turn, unless the loop has ended. */
  void onLoop(Runnable action) {
    try {
      channel.eventLoop().execute(action);
    } catch (RejectedExecutionException e) {
      LOG.debug("link ended with its loop host={}", host);
    }
  }

  @Override
  public void control(int tag, ByteBuf value) {
    conversations.heard(tag, value);
  }

  @Override
  public boolean chunk(int handle, int block, int offset, int length) {
    return arrivals.begin(conversations.sender(handle), block, offset, length);
  }

  @Override
  public void bytes(ByteBuf in, int length) {
    arrivals.bytes(in, length);
  }

  @Override
  public @Nullable ByteBuffer place(int most) {
    return arrivals.place(most);
  }

  @Override
  public void bytesInPlace(int length) {
    arrivals.bytesInPlace(length);
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
    conversations.loseAll(reason, why);
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
    conversations.loseUnanswered(now);
    scheduleLook();
  }
}
