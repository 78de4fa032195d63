package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.net.SentFile;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import dev.dragonfly.dfdaemon.transfer.TransferListener.Refusal;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers piece requests, each on a virtual thread of its own: waits for the piece and for a slot,
 * both bounded, then sends metadata and content chunk by chunk, so that the bandwidth limit is
 * shared fairly, and closes the connection. Safe for any thread.
 */
final class PieceUploads {
  /** Bytes that are warmed, paid for and sent at a time. */
  static final long CHUNK_LENGTH = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(PieceUploads.class);
  private static final long CLOSE_SECONDS = 5;

  private final UploadConfig config;
  private final TaskStore store;
  private final DiskExecutor disk;
  private final Bandwidth limit;
  private final TransferListener listener;
  private final Semaphore slots;

  PieceUploads(
      UploadConfig config,
      TaskStore store,
      DiskExecutor disk,
      Bandwidth limit,
      TransferListener listener) {
    this.config = config;
    this.store = store;
    this.disk = disk;
    this.limit = limit;
    this.listener = listener;
    this.slots = new Semaphore(config.slots(), true);
  }

  /** Answers in the background; closes the channel in the end. */
  void start(Channel channel, Packet.PieceRequest request) {
    Threads.virtual("upload-" + request.piece(), () -> serve(channel, request));
  }

  private void serve(Channel channel, Packet.PieceRequest request) {
    try {
      StoredTask task = store.find(request.task()).orElseThrow(() -> notFound(request));
      Piece piece = awaitPiece(task, request.piece()).orElseThrow(() -> notFound(request));
      takeSlot(request);
      try {
        send(channel, request, task, piece);
      } finally {
        slots.release();
      }
    } catch (DragonflyException e) {
      refuse(channel, request, e);
    } catch (RuntimeException e) {
      LOG.warn("upload failed task={} piece={}", request.task(), request.piece(), e);
      refuse(channel, request, new DragonflyException(ErrorCode.INTERNAL, "upload failed", e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      channel.close();
    }
  }

  private Optional<Piece> awaitPiece(StoredTask task, int number) throws InterruptedException {
    Optional<Piece> there = task.piece(number);
    if (there.isPresent() || task.isComplete()) {
      return there;
    }
    CompletableFuture<Piece> arrival = new CompletableFuture<>();
    try (StoredTask.Subscription subscription = task.listen(new Arrival(number, arrival))) {
      Optional<Piece> meanwhile = task.piece(number);
      if (meanwhile.isPresent()) {
        return meanwhile;
      }
      return Optional.of(arrival.get(config.pieceWait().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException e) {
      return Optional.empty();
    }
  }

  private void takeSlot(Packet.PieceRequest request) throws InterruptedException {
    if (!slots.tryAcquire(config.slotWait().toMillis(), TimeUnit.MILLISECONDS)) {
      throw new DragonflyException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "piece %s-%d: all %d upload slots stayed busy for %s; ask another parent or retry"
              .formatted(request.task(), request.piece(), config.slots(), config.slotWait()));
    }
  }

  /** Once the metadata is on its way a failure can only be told by closing early. */
  private void send(Channel channel, Packet.PieceRequest request, StoredTask task, Piece piece)
      throws InterruptedException {
    InetAddress peer = address(channel);
    boolean whole = false;
    try (StoredTask.Subscription use = task.use();
        SentFile file = SentFile.open(task.contentFile(), disk)) {
      listener.uploadStarted(task.id(), peer);
      try {
        channel.write(VortexCodec.encode(metadata(request, piece), channel.alloc()));
        whole = sendContent(channel, file, piece, peer, task);
      } finally {
        if (!whole) {
          // nothing may be in flight when the file is closed
          channel.close().await(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
        listener.uploadEnded(task.id(), peer, whole);
      }
    }
  }

  private boolean sendContent(
      Channel channel, SentFile file, Piece piece, InetAddress peer, StoredTask task)
      throws InterruptedException {
    long end = piece.offset() + piece.length();
    ChannelFuture last = channel.newSucceededFuture();
    for (long offset = piece.offset(); offset < end; offset += CHUNK_LENGTH) {
      long length = Math.min(CHUNK_LENGTH, end - offset);
      limit.acquire(length);
      file.warm(offset, length);
      if (!isSent(last, task, piece)) {
        return false;
      }
      last = channel.writeAndFlush(file.region(offset, length));
      listener.bytesSent(task.id(), peer, length);
    }
    return isSent(last, task, piece);
  }

  private boolean isSent(ChannelFuture write, StoredTask task, Piece piece)
      throws InterruptedException {
    boolean done = write.await(config.stallTimeout().toMillis(), TimeUnit.MILLISECONDS);
    if (done && write.isSuccess()) {
      return true;
    }
    LOG.debug(
        "upload broke off task={} piece={} peer={} why={}",
        task.id(),
        piece.number(),
        write.channel().remoteAddress(),
        done ? String.valueOf(write.cause()) : "stalled for " + config.stallTimeout());
    return false;
  }

  private void refuse(Channel channel, Packet.PieceRequest request, DragonflyException why) {
    listener.uploadRefused(address(channel), refusal(why.code()));
    LOG.debug(
        "upload refused task={} piece={} why={}",
        request.task(),
        request.piece(),
        why.getMessage());
    Packet.Failure.Code code =
        why.code() == ErrorCode.NOT_FOUND
            ? Packet.Failure.Code.NOT_FOUND
            : Packet.Failure.Code.INTERNAL;
    Packet.Failure answer =
        new Packet.Failure(request.packetId(), code, String.valueOf(why.getMessage()));
    channel.writeAndFlush(VortexCodec.encode(answer, channel.alloc()));
  }

  private static Refusal refusal(ErrorCode code) {
    if (code == ErrorCode.NOT_FOUND) {
      return Refusal.NO_PIECE;
    }
    return code == ErrorCode.RESOURCE_EXHAUSTED ? Refusal.NO_SLOT : Refusal.FAILED;
  }

  private static DragonflyException notFound(Packet.PieceRequest request) {
    return new DragonflyException(
        ErrorCode.NOT_FOUND, "piece %s-%d not found".formatted(request.task(), request.piece()));
  }

  private static Packet.PieceContent metadata(Packet.PieceRequest request, Piece piece) {
    return new Packet.PieceContent(
        request.packetId(),
        request.kind(),
        piece.number(),
        piece.offset(),
        piece.length(),
        piece.digest().map(Digest::toString).orElse(""),
        piece.parentId().orElse(""),
        Packet.PieceContent.REMOTE_PEER,
        piece.cost().toSeconds(),
        piece.createdAt().getEpochSecond());
  }

  static InetAddress address(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress socket
        ? socket.getAddress()
        : InetAddress.getLoopbackAddress();
  }

  /** Completes when the piece is there, exceptionally when the task is gone. */
  private record Arrival(int number, CompletableFuture<Piece> future)
      implements StoredTask.Listener {
    @Override
    public void pieceFinished(Piece piece) {
      if (piece.number() == number) {
        future.complete(piece);
      }
    }

    @Override
    public void factsChanged(TaskFacts facts) {}

    @Override
    public void deleted() {
      future.completeExceptionally(new IllegalStateException("task deleted"));
    }
  }
}
