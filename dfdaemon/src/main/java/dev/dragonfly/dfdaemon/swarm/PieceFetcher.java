package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.transfer.PieceAnswer;
import dev.dragonfly.dfdaemon.transfer.PieceClient;
import dev.dragonfly.dfdaemon.transfer.PieceResponse;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
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

  /** Fetches one piece, for better or worse. */
  void fetch(Assignment assignment) {
    long start = time.nanos();
    try {
      switch (client.open(assignment.data(), stored.id(), assignment.piece())) {
        case PieceAnswer.Busy busy -> swarm.busy(assignment, busy.retryAfter());
        case PieceResponse response -> {
          try (response) {
            assignment.begins(response);
            receive(response, assignment, start);
          }
          swarm.succeeded(assignment);
        }
      }
    } catch (HomeFailure e) {
      blameNobody(assignment, e.why);
    } catch (DragonflyException e) {
      blame(assignment, e);
    } catch (RuntimeException e) {
      LOG.warn("piece failed task={} piece={}", stored.id(), assignment.piece(), e);
      swarm.givenBack(assignment);
    }
  }

  private void blame(Assignment assignment, DragonflyException e) {
    boolean interrupted = Thread.currentThread().isInterrupted();
    Optional<Assignment.GivenUp> givenUp = assignment.givenUp();
    if (interrupted || givenUp.filter(why -> why == Assignment.GivenUp.LOST).isPresent()) {
      swarm.givenBack(assignment);
      return;
    }
    LOG.debug(
        "piece failed task={} piece={} parent={} given_up={} cause={}",
        stored.id(),
        assignment.piece(),
        assignment.from().parent.peerId(),
        givenUp,
        e.getMessage());
    swarm.failed(assignment, givenUp.isPresent() ? PieceFailure.STALLED : failureOf(e.code()));
  }

  /** A shortage of this host passes, or ends the download; no parent suffers for it. */
  private void blameNobody(Assignment assignment, DragonflyException why) {
    LOG.debug(
        "piece given back task={} piece={} cause={}",
        stored.id(),
        assignment.piece(),
        why.getMessage());
    boolean passes =
        why.code() == ErrorCode.RESOURCE_EXHAUSTED || why.code() == ErrorCode.CANCELLED;
    if (passes || swarm.isClosed()) {
      swarm.givenBack(assignment);
    } else {
      swarm.homeFailed(assignment, why);
    }
  }

  private static PieceFailure failureOf(ErrorCode code) {
    return switch (code) {
      case DIGEST_MISMATCH -> PieceFailure.CORRUPT;
      case NOT_FOUND -> PieceFailure.GONE;
      case DEADLINE_EXCEEDED -> PieceFailure.STALLED;
      default -> PieceFailure.REFUSED;
    };
  }

  private void receive(PieceResponse response, Assignment assignment, long start) {
    int number = assignment.piece();
    PieceLayout layout = stored.layout().orElseThrow();
    check(response, layout, number);
    boolean signed = stored.coversPiece(number);
    if (!signed && !stored.facts().readerKeys().isEmpty()) {
      // A reader of the source became known since the piece was chosen: his digests come first.
      throw new HomeFailure(
          new DragonflyException(ErrorCode.CANCELLED, "no digests yet for piece " + number));
    }
    receiveBlocks(response, layout, signed, assignment);
    if (swarm.isClosed() || stored.pieces().has(number)) {
      return;
    }
    Piece piece =
        atHome(() ->
            stored.finishPiece(
                number,
                signed ? Optional.empty() : response.digest(),
                Piece.Traffic.REMOTE_PEER,
                Optional.of(assignment.from().parent.peerId().value()),
                time.nanos() - start));
    listener.pieceFinished(piece);
  }

  private void receiveBlocks(
      PieceResponse response, PieceLayout layout, boolean signed, Assignment assignment) {
    long first = layout.firstBlock(response.number());
    long done = 0;
    for (long block = first; done < response.length(); block++) {
      int length = (int) Math.min(layout.blockLength(), response.length() - done);
      receiveBlock(response, block, length, signed, assignment);
      done += length;
    }
  }

  /** A buffer is taken when bytes are there and given back with the block: many share few. */
  private void receiveBlock(
      PieceResponse response, long block, int length, boolean signed, Assignment assignment) {
    response.body().awaitReadable();
    try (BlockLease lease = atHome(buffers::borrow)) {
      fill(response, lease.buffer().limit(length), assignment);
      lease.buffer().flip();
      if (stored.hasBlock(block)) {
        return;
      }
      atHome(() -> {
        if (signed) {
          stored.putVerified(block, lease);
        } else {
          stored.putUnsigned(block, lease);
        }
        return block;
      });
    }
    listener.received(
        assignment.from().isSeed() ? DownloadListener.From.SEED : DownloadListener.From.PEER,
        length);
  }

  private void fill(PieceResponse response, ByteBuffer buffer, Assignment assignment) {
    while (buffer.hasRemaining()) {
      int count = response.body().read(buffer);
      if (count < 0) {
        throw new DragonflyException(
            ErrorCode.UNAVAILABLE,
            "piece %d of task %s ended %d bytes early"
                .formatted(response.number(), stored.id(), buffer.remaining()));
      }
      assignment.rate().received(count);
    }
  }

  /**
   * What this host itself does with the bytes: only that they are wrong is their sender's fault.
   */
  private static <T> T atHome(Supplier<T> action) {
    try {
      return action.get();
    } catch (DragonflyException e) {
      if (e.code() == ErrorCode.DIGEST_MISMATCH) {
        throw e;
      }
      throw new HomeFailure(e);
    }
  }

  /** This host failed, not the parent. */
  private static final class HomeFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient DragonflyException why;

    HomeFailure(DragonflyException why) {
      super(why);
      this.why = why;
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
