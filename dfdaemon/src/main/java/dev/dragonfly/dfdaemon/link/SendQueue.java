package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.dfdaemon.net.SentFile;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.FileRegion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocks that go out on one link, one after the other, each in chunks of about 20 ms, so that
 * what is said need not wait long behind bytes. The list and the turn are guarded by the monitor;
 * the block that is being sent belongs to the event loop.
 */
final class SendQueue {
  private static final Logger LOG = LoggerFactory.getLogger(SendQueue.class);
  private static final int MIN_CHUNK = 32 << 10;
  private static final int FIRST_CHUNK = 256 << 10;
  private static final int PAGES = 16 << 10;
  private static final double CHUNK_NANOS = 20e6;
  private static final double WEIGHT = 0.25;

  /**
   * A receiver that needs more than this for a chunk is slow: others have its turn meanwhile. Else
   * as many slow receivers as there are turns would hold up everybody.
   */
  private static final long SLOW_MILLIS = 50;

  private final LinkParts parts;
  private final BlockSender sender;
  private final NettyLink link;
  private final Channel channel;
  private final ArrayDeque<QueuedBlock> waiting = new ArrayDeque<>();
  private Turn turn = Turn.NONE;
  private boolean closed;

  // Of the event loop:
  private @Nullable QueuedBlock current;
  private @Nullable SentFile file;
  private double chunk = FIRST_CHUNK;
  private @Nullable FileRegion region;
  private long regionSince;
  private long regionSeen;
  private long progressAt;
  private boolean looking;

  private enum Turn {
    /** Nothing to send. */
    NONE,
    /** Waits for its turn. */
    WAITS,
    /** Sends. */
    HAS,
    /** Gave its turn up in the middle of a chunk that goes out slowly. */
    GAVE_UP
  }

  SendQueue(LinkParts parts, NettyLink link, Channel channel) {
    this.parts = parts;
    this.sender = parts.sender();
    this.link = link;
    this.channel = channel;
  }

  /** Sends a block when its turn comes; any thread. What cannot be sent ends at once. */
  void add(NettyTaskLink to, int block, StoredTask from) {
    ByteRange range;
    try {
      range = from.layout().orElseThrow().block(block);
    } catch (RuntimeException e) {
      LOG.debug("block cannot be given task={} block={}", to.task(), block, e);
      to.given(block, false);
      return;
    }
    QueuedBlock queued = new QueuedBlock(to, block, range, sender.contents().hold(from));
    boolean asks;
    synchronized (this) {
      if (closed || !to.isOpen()) {
        asks = false;
      } else {
        waiting.addLast(queued);
        asks = turn == Turn.NONE;
        turn = asks ? Turn.WAITS : turn;
        queued = null;
      }
    }
    if (queued != null) {
      queued.end(false);
    } else if (asks) {
      sender.wait(this);
    }
  }

  /** How many blocks of the conversation wait. */
  synchronized int countOf(NettyTaskLink to) {
    int count = 0;
    for (QueuedBlock queued : waiting) {
      count += queued.to == to ? 1 : 0;
    }
    return count;
  }

  /**
   * Takes a block back.
   *
   * @return whether it had not begun; its end is told by nobody but the caller then
   */
  boolean cancel(NettyTaskLink to, int block) {
    QueuedBlock begun = current;
    if (begun != null && begun.to == to && begun.block == block) {
      begun.cancel();
      return false;
    }
    synchronized (this) {
      for (Iterator<QueuedBlock> all = waiting.iterator(); all.hasNext(); ) {
        QueuedBlock queued = all.next();
        if (queued.to == to && queued.block == block) {
          all.remove();
          return queued.release();
        }
      }
    }
    return false;
  }

  /**
   * The conversation is over; its blocks are dropped, that which is being sent at its next chunk.
   */
  void forget(NettyTaskLink to) {
    List<QueuedBlock> dropped = new ArrayList<>();
    synchronized (this) {
      for (Iterator<QueuedBlock> all = waiting.iterator(); all.hasNext(); ) {
        QueuedBlock queued = all.next();
        if (queued.to == to) {
          all.remove();
          dropped.add(queued);
        }
      }
    }
    dropped.forEach(queued -> queued.end(false));
  }

  /** The connection is gone; event loop. */
  void close() {
    List<QueuedBlock> dropped;
    Turn had;
    synchronized (this) {
      closed = true;
      dropped = new ArrayList<>(waiting);
      waiting.clear();
      had = turn;
      turn = Turn.NONE;
    }
    if (had == Turn.HAS || had == Turn.WAITS && !sender.leave(this)) {
      sender.end();
    }
    if (current != null) {
      dropped.addFirst(current);
      current = null;
    }
    dropped.forEach(queued -> queued.end(false));
  }

  /** The turn has come; any thread. */
  void begin() {
    try {
      channel.eventLoop().execute(this::begun);
    } catch (RejectedExecutionException e) {
      sender.end();
    }
  }

  private void begun() {
    synchronized (this) {
      if (closed) {
        return; // close() saw that the turn had come, and ended it
      }
      turn = Turn.HAS;
    }
    advance();
  }

  /** The next chunk, of this block or the next; this link has the turn. */
  private void advance() {
    QueuedBlock block = current;
    if (block != null && !block.isWanted()) {
      giveUp(block);
      block = null;
    }
    if (block != null && file != null) {
      pay(block, file);
      return;
    }
    block = next();
    if (block == null) {
      sender.end();
      return;
    }
    current = block;
    QueuedBlock begun = block;
    CompletableFuture<SentFile> ready = block.content.ready(block.block, block.range);
    if (ready.isDone() && !ready.isCompletedExceptionally()) {
      opened(begun, ready.join());
    } else {
      ready.whenComplete((opened, failure) -> onLoop(() -> warmed(begun, opened, failure)));
    }
  }

  private synchronized @Nullable QueuedBlock next() {
    QueuedBlock next = waiting.poll();
    if (next == null) {
      turn = Turn.NONE;
    }
    return next;
  }

  private void warmed(QueuedBlock block, @Nullable SentFile opened, @Nullable Throwable failure) {
    if (current != block) {
      return;
    }
    if (opened == null) {
      LOG.debug(
          "block cannot be read task={} block={} why={}",
          block.to.task(),
          block.block,
          String.valueOf(failure));
      giveUp(block);
      goOn();
      return;
    }
    opened(block, opened);
  }

  private void opened(QueuedBlock block, SentFile opened) {
    file = opened;
    warmNext();
    if (block.isWanted()) {
      pay(block, opened);
    } else {
      giveUp(block);
      goOn();
    }
  }

  /** While one block is sent the next is read from the disk. */
  private void warmNext() {
    QueuedBlock next;
    synchronized (this) {
      next = waiting.peek();
    }
    if (next != null) {
      CompletableFuture<SentFile> ignored = next.content.ready(next.block, next.range);
    }
  }

  private void giveUp(QueuedBlock block) {
    current = null;
    file = null;
    if (block.sent > 0 && block.to.isOpen()) {
      block.to.missing(block.block); // tells the other side that the rest does not come
    }
    block.end(false);
  }

  private void pay(QueuedBlock block, SentFile from) {
    int length = (int) Math.min(block.range.length() - block.sent, chunkLength());
    long begun = parts.time().nanos();
    long pause = sender.limit().reserve(length);
    if (pause <= 0) {
      write(block, from, length, begun);
    } else {
      channel
          .eventLoop()
          .schedule(() -> write(block, from, length, begun), pause, TimeUnit.NANOSECONDS);
    }
  }

  private int chunkLength() {
    int whole = (int) Math.clamp(chunk, MIN_CHUNK, Frames.MAX_CHUNK);
    return whole - whole % PAGES;
  }

  private void write(QueuedBlock block, SentFile from, int length, long begun) {
    if (current != block || !channel.isActive()) {
      sender.limit().refund(length);
      return;
    }
    if (!block.isWanted()) { // taken back while it waited for the rate limit
      sender.limit().refund(length);
      giveUp(block);
      goOn();
      return;
    }
    link.outbox().write();
    channel.write(Frames.chunkHead(block.to.handle(), block.block, block.sent, length));
    FileRegion sent = from.region(block.range.start() + block.sent, length);
    region = sent;
    regionSeen = 0;
    regionSince = parts.time().nanos();
    progressAt = regionSince;
    channel
        .writeAndFlush(sent)
        .addListener((ChannelFuture written) -> written(block, written, length, begun));
    if (region != null) {
      look();
    }
  }

  /** The kernel has the chunk, or the connection is gone. */
  private void written(QueuedBlock block, ChannelFuture written, int length, long begun) {
    region = null;
    if (!written.isSuccess()) {
      sender.limit().refund(length);
      link.close(CloseReason.LOST, "it cannot be written to: " + written.cause());
      return;
    }
    parts.listener().blockBytesSent(link.host(), length);
    measure(length, parts.time().nanos() - begun);
    block.sent += length;
    if (current != block) {
      return;
    }
    if (block.sent == block.range.length()) {
      current = null;
      file = null;
      block.end(true);
    }
    goOn();
  }

  /** Chunks follow the rate that this link gets, whoever limits it. */
  private void measure(int length, long nanos) {
    double worth = length * CHUNK_NANOS / Math.max(nanos, 1);
    chunk += (Math.clamp(worth, MIN_CHUNK, Frames.MAX_CHUNK) - chunk) * WEIGHT;
  }

  /** After a chunk: the begun block first, the next one where nobody else waits for a turn. */
  private void goOn() {
    Turn had;
    Turn next;
    synchronized (this) {
      if (closed) {
        return;
      }
      had = turn;
      if (current == null && waiting.isEmpty()) {
        turn = Turn.NONE;
      } else if (had != Turn.HAS || current == null && !sender.isUncontended()) {
        turn = Turn.WAITS;
      }
      next = turn;
    }
    if (next == Turn.HAS) {
      advance();
      return;
    }
    if (next == Turn.WAITS) {
      sender.wait(this);
    }
    if (had == Turn.HAS) {
      sender.end();
    }
  }

  private void onLoop(Runnable action) {
    try {
      channel.eventLoop().execute(action);
    } catch (RejectedExecutionException e) {
      LOG.debug("block dropped with its loop host={}", link.host());
    }
  }

  /** Looks now and then at a chunk that the kernel did not take at once. */
  private void look() {
    if (looking) {
      return;
    }
    looking = true;
    channel.eventLoop().schedule(this::looked, SLOW_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void looked() {
    looking = false;
    FileRegion outstanding = region;
    if (outstanding == null) {
      return;
    }
    long now = parts.time().nanos();
    if (outstanding.transferred() > regionSeen) {
      regionSeen = outstanding.transferred();
      progressAt = now;
    }
    if (now - progressAt > parts.config().stallTimeout().toNanos()) {
      link.close(CloseReason.LOST, "it takes nothing");
      return;
    }
    if (now - regionSince > TimeUnit.MILLISECONDS.toNanos(SLOW_MILLIS)) {
      yieldTurn();
    }
    look();
  }

  private void yieldTurn() {
    synchronized (this) {
      if (turn != Turn.HAS) {
        return;
      }
      turn = Turn.GAVE_UP;
    }
    sender.end();
  }
}
