package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import dev.dragonfly.dfdaemon.transfer.TransferListener.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers piece requests, each on a virtual thread of its own: waits for the piece and for a slot,
 * both bounded, then sends the piece and ends the connection. Safe for any thread.
 */
final class PieceUploads {
  private static final Logger LOG = LoggerFactory.getLogger(PieceUploads.class);

  private final UploadConfig config;
  private final TaskStore store;
  private final PieceSender sender;
  private final UploadSlots slots;
  private final TransferListener listener;

  PieceUploads(
      UploadConfig config,
      TaskStore store,
      PieceSender sender,
      UploadSlots slots,
      TransferListener listener) {
    this.config = config;
    this.store = store;
    this.sender = sender;
    this.slots = slots;
    this.listener = listener;
  }

  /** Answers in the background; ends the connection. */
  void start(Channel channel, Packet.PieceRequest request) {
    Threads.virtual("upload-" + request.piece(), () -> serve(channel, request));
  }

  private void serve(Channel channel, Packet.PieceRequest request) {
    try {
      StoredTask task = store.find(request.task()).orElseThrow(() -> notFound(request));
      Piece piece = awaitPiece(task, request.piece()).orElseThrow(() -> notFound(request));
      switch (slots.take(address(channel), patience(request))) {
        case UploadSlots.Full full -> answerBusy(channel, request, full.retryAfter());
        case UploadSlots.Slot slot -> send(channel, request, task, piece, slot);
      }
    } catch (DragonflyException e) {
      refuse(channel, request, e);
    } catch (RuntimeException e) {
      LOG.warn("upload failed task={} piece={}", request.task(), request.piece(), e);
      refuse(channel, request, new DragonflyException(ErrorCode.INTERNAL, "upload failed", e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      channel.close();
    }
  }

  /** Who does not know what busy means takes it for a failed piece, so he waits longer. */
  private Duration patience(Packet.PieceRequest request) {
    return request.knowsBusy() ? config.slotWait() : config.strangerSlotWait();
  }

  /** The slot is free when the kernel has the last byte; the rest of the way needs none of ours. */
  private void send(
      Channel channel,
      Packet.PieceRequest request,
      StoredTask task,
      Piece piece,
      UploadSlots.Slot slot)
      throws InterruptedException {
    try (slot) {
      ByteBuf head = VortexCodec.encode(metadata(request, piece), channel.alloc());
      if (!sender.send(channel, head, task, piece, slots::isContended)) {
        return;
      }
    }
    LingeringClose.end(channel);
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

  private void answerBusy(Channel channel, Packet.PieceRequest request, Duration retryAfter) {
    listener.uploadRefused(address(channel), Refusal.BUSY);
    answer(channel, new Packet.Busy(request.packetId(), retryAfter));
  }

  private void refuse(Channel channel, Packet.PieceRequest request, DragonflyException why) {
    boolean missing = why.code() == ErrorCode.NOT_FOUND;
    listener.uploadRefused(address(channel), missing ? Refusal.NO_PIECE : Refusal.FAILED);
    LOG.debug(
        "upload refused task={} piece={} why={}",
        request.task(),
        request.piece(),
        why.getMessage());
    Packet.Failure.Code code =
        missing ? Packet.Failure.Code.NOT_FOUND : Packet.Failure.Code.INTERNAL;
    answer(channel, new Packet.Failure(request.packetId(), code, String.valueOf(why.getMessage())));
  }

  private static void answer(Channel channel, Packet packet) {
    channel
        .writeAndFlush(VortexCodec.encode(packet, channel.alloc()))
        .addListener(written -> LingeringClose.end(channel));
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
    public void deleted() {
      future.completeExceptionally(new IllegalStateException("task deleted"));
    }
  }
}
