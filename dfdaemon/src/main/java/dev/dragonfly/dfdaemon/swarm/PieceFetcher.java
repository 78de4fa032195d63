package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.piece.BlockBuffers;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.transfer.PieceAnswer;
import dev.dragonfly.dfdaemon.transfer.PieceClient;
import dev.dragonfly.dfdaemon.transfer.PieceResponse;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker that brings pieces from parents into the store, block by block, each verified before it
 * counts. Runs on a virtual thread of its own; several share one {@link Swarm}.
 */
public final class PieceFetcher implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(PieceFetcher.class);
  private static final long TAKE_WAIT_MILLIS = 50;

  private final StoredTask stored;
  private final Swarm swarm;
  private final PieceClient client;
  private final BlockBuffers buffers;
  private final Time time;
  private final DownloadListener listener;

  public PieceFetcher(StoredTask stored, Swarm swarm, SwarmParts parts, DownloadListener listener) {
    this.stored = stored;
    this.swarm = swarm;
    this.client = parts.pieceClient();
    this.buffers = parts.buffers();
    this.time = parts.time();
    this.listener = listener;
  }

  /** Works until the swarm is closed. */
  @Override
  public void run() {
    try {
      while (!swarm.isClosed()) {
        Optional<Assignment> assignment = swarm.take(TAKE_WAIT_MILLIS);
        if (assignment.isPresent()) {
          fetch(assignment.get());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void fetch(Assignment assignment) {
    long start = time.nanos();
    try {
      receive(assignment, start);
      swarm.succeeded(assignment);
    } catch (DragonflyException e) {
      LOG.debug(
          "piece failed task={} piece={} parent={} cause={}",
          stored.id(),
          assignment.piece(),
          assignment.from().parent.peerId(),
          e.getMessage());
      swarm.failed(assignment, failureOf(e.code()));
    } catch (RuntimeException e) {
      LOG.warn("piece failed task={} piece={}", stored.id(), assignment.piece(), e);
      swarm.failed(assignment, PieceFailure.UNSPECIFIED);
    }
  }

  private static PieceFailure failureOf(ErrorCode code) {
    if (code == ErrorCode.DIGEST_MISMATCH) {
      return PieceFailure.CORRUPT;
    }
    if (code == ErrorCode.NOT_FOUND) {
      return PieceFailure.GONE;
    }
    return code == ErrorCode.DEADLINE_EXCEEDED ? PieceFailure.STALLED : PieceFailure.REFUSED;
  }

  private void receive(Assignment assignment, long start) {
    int number = assignment.piece();
    PieceLayout layout = stored.layout().orElseThrow();
    try (PieceResponse response =
        taken(client.open(assignment.data(), stored.id(), number), assignment)) {
      check(response, layout, number);
      boolean signed = stored.coversPiece(number);
      if (!signed && !stored.facts().readerKeys().isEmpty()) {
        throw new DragonflyException(
            ErrorCode.INTERNAL, "no digests for piece " + number + " of task " + stored.id());
      }
      receiveBlocks(response, layout, signed, assignment);
      if (swarm.isClosed() || stored.pieces().has(number)) {
        return;
      }
      Piece piece =
          stored.finishPiece(
              number,
              signed ? Optional.empty() : response.digest(),
              Piece.Traffic.REMOTE_PEER,
              Optional.of(assignment.from().parent.peerId().value()),
              time.nanos() - start);
      listener.pieceFinished(piece);
    }
  }

  private static PieceResponse taken(PieceAnswer answer, Assignment assignment) {
    return switch (answer) {
      case PieceResponse response -> response;
      case PieceAnswer.Busy busy ->
          throw new DragonflyException(
              ErrorCode.RESOURCE_EXHAUSTED,
              assignment.from().parent.peerId() + " is busy for " + busy.retryAfter());
    };
  }

  private void receiveBlocks(
      PieceResponse response, PieceLayout layout, boolean signed, Assignment assignment) {
    ByteBuffer buffer = buffers.borrow();
    try {
      long first = layout.firstBlock(response.number());
      long done = 0;
      for (long block = first; done < response.length(); block++) {
        int length = (int) Math.min(layout.blockLength(), response.length() - done);
        fill(response, buffer.clear().limit(length), stored);
        if (!stored.hasBlock(block)) {
          if (signed) {
            stored.putVerified(block, buffer.flip());
          } else {
            stored.putUnsigned(block, buffer.flip());
          }
          listener.received(
              assignment.from().isSeed() ? DownloadListener.From.SEED : DownloadListener.From.PEER,
              length);
        }
        done += length;
      }
    } finally {
      buffers.giveBack(buffer);
    }
  }

  private static void fill(PieceResponse response, ByteBuffer buffer, StoredTask stored) {
    while (buffer.hasRemaining()) {
      if (response.body().read(buffer) < 0) {
        throw new DragonflyException(
            ErrorCode.UNAVAILABLE,
            "piece %d of task %s ended %d bytes early"
                .formatted(response.number(), stored.id(), buffer.remaining()));
      }
    }
  }

  /** What the sender says must be what the layout says. */
  private void check(PieceResponse response, PieceLayout layout, int number) {
    ByteRange expected = layout.piece(number);
    boolean lengthKnown = layout.contentLength().isPresent();
    boolean fits =
        response.number() == number
            && response.offset() == expected.start()
            && (lengthKnown
                ? response.length() == expected.length()
                : response.length() > 0 && response.length() <= expected.length());
    if (!fits) {
      throw new DragonflyException(
          ErrorCode.DIGEST_MISMATCH,
          "parent answered piece %d at %d+%d for piece %d of task %s (expected %d+%d)"
              .formatted(
                  response.number(),
                  response.offset(),
                  response.length(),
                  number,
                  stored.id(),
                  expected.start(),
                  expected.length()));
    }
  }
}
