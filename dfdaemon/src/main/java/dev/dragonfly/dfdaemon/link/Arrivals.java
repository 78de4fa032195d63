package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one block that comes on a link, and its way into a borrowed buffer. A buffer is borrowed when
 * the first chunk is there, and belongs to the listener with the last; whatever ends the block
 * before gives it back here. Event loop.
 */
final class Arrivals {
  /** Shorter waits for the rate limit are not worth a timer; what is booked is waited for later. */
  private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

  private final LinkParts parts;
  private final NettyLink link;
  private final FrameHandler frames;
  private final EventLoop loop;
  private @Nullable Arrival current;

  /** Whose chunk comes and is not wanted; null when it is, or when nobody is to be told. */
  private @Nullable NettyTaskLink skipped;

  private int skippedBlock;

  /** Whether the chunk that comes belongs to {@link #current}. */
  private boolean wanted;

  Arrivals(LinkParts parts, NettyLink link, FrameHandler frames, EventLoop loop) {
    this.parts = parts;
    this.link = link;
    this.frames = frames;
    this.loop = loop;
  }

  /** A block that is wanted. */
  private final class Arrival {
    final NettyTaskLink from;
    final int block;
    final int length;
    @Nullable BlockLease lease;
    BlockBuffers.@Nullable Wait wait;
    int filled;
    long progressAt = parts.time().nanos();

    Arrival(NettyTaskLink from, int block, int length) {
      this.from = from;
      this.block = block;
      this.length = length;
    }

    boolean isOf(NettyTaskLink conversation, int number) {
      return from == conversation && block == number;
    }
  }

  /** A chunk begins, see {@link FrameSink#chunk}; empty when it belongs to nothing any more. */
  boolean begin(@Nullable NettyTaskLink from, int block, int offset, int chunk) {
    Arrival arrival = current;
    boolean isNext =
        arrival != null
            && from != null
            && arrival.isOf(from, block)
            && offset > 0
            && offset == arrival.filled;
    if (!isNext) {
      arrival = from == null || offset > 0 ? null : first(from, block);
    }
    wanted = arrival != null;
    skipped = wanted ? null : from;
    skippedBlock = block;
    if (arrival == null) {
      return true;
    }
    if (chunk > arrival.length - arrival.filled) {
      throw new CorruptedFrameException(
          "chunk of %d bytes at %d of block %d, which has %d"
              .formatted(chunk, offset, block, arrival.length));
    }
    return arrival.lease != null || hasBuffer(arrival);
  }

  private @Nullable Arrival first(NettyTaskLink from, int block) {
    drop(); // The other side went over to another block.
    int length = from.listener().expected(block);
    if (length < 0) {
      return null;
    }
    current = new Arrival(from, block, length);
    return current;
  }

  private boolean hasBuffer(Arrival arrival) {
    Optional<BlockLease> lease = parts.buffers().tryBorrow(arrival.length);
    if (lease.isPresent()) {
      arrival.lease = lease.get();
      return true;
    }
    parts.listener().bufferAwaited();
    arrival.wait = parts.buffers().whenFree(arrival.length, free -> grantOnLoop(arrival, free));
    return false;
  }

  /** Often on the disk thread that gave the buffer back. */
  private void grantOnLoop(Arrival arrival, BlockLease lease) {
    try {
      loop.execute(() -> grant(arrival, lease));
    } catch (RejectedExecutionException e) {
      lease.close();
    }
  }

  private void grant(Arrival arrival, BlockLease lease) {
    if (current != arrival) {
      lease.close(); // The link or the conversation went while it was on its way.
      return;
    }
    arrival.lease = lease;
    arrival.wait = null;
    arrival.progressAt = parts.time().nanos();
    parts.listener().bufferGranted();
    frames.resume();
  }

  /** Bytes of the chunk that began. */
  void bytes(ByteBuf in, int length) {
    parts.listener().blockBytesReceived(link.host(), length);
    Arrival arrival = current;
    BlockLease lease = arrival == null ? null : arrival.lease;
    if (!wanted || arrival == null || lease == null) {
      in.skipBytes(length);
      if (skipped != null && skipped.isOpen()) {
        skipped.listener().dropped(skippedBlock, length);
      }
    } else {
      in.readBytes(lease.buffer().limit(arrival.filled + length));
      filled(arrival, lease, length);
    }
    pay(length);
  }

  /** Where the next bytes belong, see {@link FrameSink#place}. */
  @Nullable ByteBuffer place(int most) {
    Arrival arrival = current;
    BlockLease lease = arrival == null ? null : arrival.lease;
    return wanted && arrival != null && lease != null
        ? lease.buffer().limit(arrival.length).slice(arrival.filled, most)
        : null;
  }

  /** The same as {@link #bytes}, for those that lie in {@link #place} already. */
  void bytesInPlace(int length) {
    parts.listener().blockBytesReceived(link.host(), length);
    Arrival arrival = current;
    BlockLease lease = arrival == null ? null : arrival.lease;
    if (arrival != null && lease != null) {
      lease.buffer().position(arrival.filled + length);
      filled(arrival, lease, length);
    }
    pay(length);
  }

  private void pay(int length) {
    long pause = parts.download().reserve(length);
    if (pause >= SHORTEST_PAUSE) {
      frames.pause();
      loop.schedule(frames::resume, pause, TimeUnit.NANOSECONDS);
    }
  }

  private void filled(Arrival arrival, BlockLease lease, int length) {
    arrival.filled += length;
    arrival.progressAt = parts.time().nanos();
    TaskLinkListener listener = arrival.from.listener();
    if (arrival.filled == arrival.length) {
      current = null; // From here on the lease is the listener's, whatever he does.
      lease.buffer().flip();
      listener.progressed(arrival.block, length);
      listener.arrived(arrival.block, lease);
      return;
    }
    listener.progressed(arrival.block, length);
  }

  /** The other side will not send the rest of the block. */
  void missing(NettyTaskLink from, int block) {
    if (current != null && current.isOf(from, block)) {
      drop();
    }
  }

  /** The conversation is over, and with it the block of it that comes. */
  void forget(NettyTaskLink from) {
    if (current != null && current.from == from) {
      drop();
    }
  }

  /** Whether a block stands still in the middle, by the other side's doing. */
  boolean isStalled(long stallNanos) {
    return current != null
        && !frames.isPaused()
        && parts.time().nanos() - current.progressAt > stallNanos;
  }

  /** Gives the buffer of an unfinished block back. */
  void drop() {
    Arrival arrival = current;
    if (arrival == null) {
      return;
    }
    current = null;
    if (arrival.wait != null) {
      arrival.wait.cancel(); // If it is too late, grant sees that nobody wants it.
      parts.listener().bufferGranted();
      frames.resume();
    }
    if (arrival.lease != null) {
      arrival.lease.close();
    }
    if (arrival.filled > 0 && arrival.from.isOpen()) {
      arrival.from.listener().dropped(arrival.block, arrival.filled);
    }
  }
}
