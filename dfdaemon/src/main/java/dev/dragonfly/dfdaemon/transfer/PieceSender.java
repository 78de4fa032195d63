package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.net.SentFile;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.transfer.TransferListener.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.FileRegion;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one piece, chunk by chunk, so that the bandwidth limit is shared fairly. Bytes are booked
 * only for a connection that is there, and given back when it went before they did. Virtual
 * threads.
 */
final class PieceSender {
  private static final Logger LOG = LoggerFactory.getLogger(PieceSender.class);
  private static final long CLOSE_SECONDS = 5;
  private static final long LOOK_MILLIS = 500;

  /**
   * Time of waiting for a receiver after which its rate is judged. The kernel takes more in lumps
   * of some 256 KiB, so less would tell nothing.
   */
  private static final long JUDGED_AFTER = TimeUnit.SECONDS.toNanos(10);

  private final UploadConfig config;
  private final DiskExecutor disk;
  private final Bandwidth limit;
  private final Time time;
  private final TransferListener listener;

  PieceSender(
      UploadConfig config,
      DiskExecutor disk,
      Bandwidth limit,
      Time time,
      TransferListener listener) {
    this.config = config;
    this.disk = disk;
    this.limit = limit;
    this.time = time;
    this.listener = listener;
  }

  /**
   * Sends the piece behind its head. Returns when every byte is in the hands of the kernel, or
   * false when it broke off and the connection is closed: once the head is on its way a failure can
   * be told by nothing else.
   *
   * @param contended whether others wait for the slot, so that a slow receiver must give it up
   */
  boolean send(
      Channel channel, ByteBuf head, StoredTask task, Piece piece, BooleanSupplier contended)
      throws InterruptedException {
    InetAddress peer = PieceUploads.address(channel);
    boolean whole = false;
    try (StoredTask.Subscription use = task.use();
        SentFile file = SentFile.open(task.contentFile(), disk)) {
      listener.uploadStarted(task.id(), peer);
      try {
        // on its own, so that the kernel of a peer that is gone says so before bytes are booked
        channel.writeAndFlush(head);
        whole = new Sending(channel, file, task, contended).run(piece);
      } finally {
        if (!whole) {
          // nothing may be in flight when the file is closed
          channel.close().await(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
        listener.uploadEnded(task.id(), peer, whole);
      }
    } finally {
      if (!whole) {
        channel.close();
      }
    }
    return whole;
  }

  /**
   * A part of the piece in the hands of the event loop, which counts what the kernel took; the
   * count may be read a moment late here.
   */
  private record Chunk(FileRegion region, ChannelFuture written) {}

  /** One piece on its way. */
  private final class Sending {
    private final Channel channel;
    private final SentFile file;
    private final StoredTask task;
    private final BooleanSupplier contended;
    private long judgedBytes;
    private long judgedNanos;

    Sending(Channel channel, SentFile file, StoredTask task, BooleanSupplier contended) {
      this.channel = channel;
      this.file = file;
      this.task = task;
      this.contended = contended;
    }

    /** Two chunks at a time: one is read from the disk and paid for while the other is sent. */
    boolean run(Piece piece) throws InterruptedException {
      long end = piece.offset() + piece.length();
      Optional<Chunk> last = Optional.empty();
      for (long offset = piece.offset(); offset < end; offset += config.chunkLength()) {
        long length = Math.min(config.chunkLength(), end - offset);
        if (!book(length)) {
          return false;
        }
        file.warm(offset, length);
        if (last.isPresent() && !isTaken(last.get())) {
          limit.refund(length);
          return false;
        }
        FileRegion region = file.region(offset, length);
        last = Optional.of(new Chunk(region, channel.writeAndFlush(region)));
      }
      return last.isEmpty() || isTaken(last.get());
    }

    private boolean book(long length) {
      if (!channel.isActive()) {
        return brokeOff("the peer is gone");
      }
      limit.acquire(length);
      if (!channel.isActive()) {
        limit.refund(length);
        return brokeOff("the peer went while it waited for its turn");
      }
      return true;
    }

    /** Waits until the kernel has the chunk. Slow is not stalled: any byte is progress. */
    private boolean isTaken(Chunk chunk) throws InterruptedException {
      long seen = 0;
      long progressAt = time.nanos();
      while (true) {
        long begun = time.nanos();
        boolean done = chunk.written().await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        long now = chunk.region().transferred();
        if (now > seen) {
          listener.bytesSent(task.id(), PieceUploads.address(channel), now - seen);
        }
        judgedBytes += now - seen;
        judgedNanos += time.nanos() - begun;
        if (done && chunk.written().isSuccess()) {
          return true;
        }
        progressAt = now > seen ? time.nanos() : progressAt;
        seen = now;
        Optional<String> complaint =
            done ? Optional.of(String.valueOf(chunk.written().cause())) : complaint(progressAt);
        if (complaint.isPresent()) {
          limit.refund(chunk.region().count() - now);
          return brokeOff(complaint.get());
        }
      }
    }

    /** Why the receiver must go, if it must. */
    private Optional<String> complaint(long progressAt) {
      if (time.nanos() - progressAt >= config.stallTimeout().toNanos()) {
        return Optional.of("it took nothing for " + config.stallTimeout());
      }
      if (judgedNanos < JUDGED_AFTER) {
        return Optional.empty();
      }
      double rate = judgedBytes * (double) TimeUnit.SECONDS.toNanos(1) / judgedNanos;
      judgedBytes = 0;
      judgedNanos = 0;
      if (rate >= config.minimumRate().bytes() || !contended.getAsBoolean()) {
        return Optional.empty();
      }
      listener.uploadRefused(PieceUploads.address(channel), Refusal.SLOW_RECEIVER);
      return Optional.of("it takes %.0f bytes/s while others wait".formatted(rate));
    }

    /** Always false, the answer to whether the piece was sent. */
    private boolean brokeOff(String why) {
      LOG.debug("upload broke off task={} peer={} why={}", task.id(), channel.remoteAddress(), why);
      return false;
    }
  }
}
