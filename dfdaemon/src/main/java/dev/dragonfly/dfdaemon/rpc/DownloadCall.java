package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.api.common.v2.Range;
import dev.dragonfly.api.common.v2.TrafficType;
import dev.dragonfly.api.dfdaemon.v2.DownloadPieceFinishedResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskStartedResponse;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.common.wire.PieceMapper;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.task.RunningDownload;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Tells the caller of a download how it goes: what is known, each piece, the end. The feed's
 * monitor guards the caller; the number of pieces bounds what waits for a slow one.
 */
final class DownloadCall implements PieceFeed.Sink {
  private final HostId host;
  private final RunningDownload download;
  private final RangeRequest wanted;
  private final DownloadCaller caller;
  private final Finish finish;
  private final PieceFeed feed;
  private boolean startedUnknown;
  private boolean started;
  private boolean ended;

  /** What is left to do when all bytes are there; may block. */
  @FunctionalInterface
  interface Finish {
    void run(StoredTask stored, Optional<ByteRange> range);
  }

  DownloadCall(
      HostId host,
      RunningDownload download,
      RangeRequest wanted,
      DownloadCaller caller,
      Finish finish) {
    this.host = host;
    this.download = download;
    this.wanted = wanted;
    this.caller = caller;
    this.finish = finish;
    this.feed = new PieceFeed(download.stored(), this::isWanted, this);
  }

  /** Follows the download to its end; blocks a virtual thread. */
  void follow() {
    @Nullable DragonflyException failure = null;
    try {
      synchronized (feed) {
        announce();
        feed.start();
      }
      download.done().join();
      synchronized (feed) {
        announce();
      }
      finish.run(download.stored(), part(contentLength()));
    } catch (CompletionException e) {
      failure =
          e.getCause() instanceof DragonflyException known ? known : ErrorMapper.fromThrowable(e);
    } catch (RuntimeException e) {
      failure = ErrorMapper.fromThrowable(e);
    } finally {
      download.close();
      feed.close();
    }
    end(failure);
  }

  /** The bytes that are wanted of a content of this length; absent when all are. */
  private Optional<ByteRange> part(long contentLength) {
    if (!wanted.isPart()) {
      return Optional.empty();
    }
    return Optional.of(
        wanted
            .within(contentLength)
            .orElseThrow(() ->
                new DragonflyException(
                    ErrorCode.FAILED_PRECONDITION,
                    "nothing of a content of %d bytes is in the range %s"
                        .formatted(contentLength, wanted.toHeader().orElse("")))));
  }

  private long contentLength() {
    return download.stored().facts().contentLength().orElse(0);
  }

  private void end(@Nullable DragonflyException failure) {
    synchronized (feed) {
      if (ended || caller.isGone()) {
        return;
      }
      ended = true;
      caller.end(Optional.ofNullable(failure));
    }
  }

  private boolean isWanted(int number) {
    Optional<PieceLayout> layout = download.stored().layout();
    Optional<ByteRange> range = wanted.beforeLength();
    return layout.isEmpty() || range.isEmpty() || layout.get().piece(number).overlaps(range.get());
  }

  @Override
  public void piece(Piece piece, boolean before) {
    announce();
    dev.dragonfly.api.common.v2.Piece.Builder proto = PieceMapper.toProto(piece).toBuilder();
    if (before) {
      proto.setTrafficType(TrafficType.LOCAL_PEER);
    }
    send(
        message()
            .setDownloadPieceFinishedResponse(
                DownloadPieceFinishedResponse.newBuilder().setPiece(proto)));
  }

  @Override
  public void facts(TaskFacts facts) {
    announce();
  }

  @Override
  public void deleted() {
    // The download itself fails then, and says why.
  }

  /** Tells what is known, once while the length is not, once when it is. */
  private void announce() {
    TaskFacts facts = download.stored().facts();
    if (started || download.stored().layout().isEmpty()) {
      return;
    }
    boolean known = facts.contentLength().isPresent();
    if (!known && startedUnknown) {
      return;
    }
    started = known;
    startedUnknown = true;
    DownloadTaskStartedResponse.Builder proto =
        DownloadTaskStartedResponse.newBuilder()
            .setContentLength(facts.contentLength().orElse(0))
            .setLengthUnknown(!known)
            .setIsFinished(download.stored().isComplete())
            .putAllResponseHeader(facts.responseHeader());
    if (known) {
      describe(proto, facts.contentLength().getAsLong());
    }
    send(message().setDownloadTaskStartedResponse(proto));
  }

  private void describe(DownloadTaskStartedResponse.Builder proto, long contentLength) {
    Optional<ByteRange> range = part(contentLength);
    range.ifPresent(
        r -> proto.setRange(Range.newBuilder().setStart(r.start()).setLength(r.length())));
    PieceLayout layout = download.stored().layout().orElseThrow();
    for (int number = 0; number < layout.pieceCount(); number++) {
      ByteRange piece = layout.piece(number);
      if (range.isEmpty() || range.get().overlaps(piece)) {
        proto.addPieces(
            dev.dragonfly.api.common.v2.Piece.newBuilder()
                .setNumber(number)
                .setOffset(piece.start())
                .setLength(piece.length()));
      }
    }
  }

  private DownloadTaskResponse.Builder message() {
    return DownloadTaskResponse.newBuilder()
        .setHostId(host.value())
        .setTaskId(download.taskId().value())
        .setPeerId(download.peerId().value());
  }

  private void send(DownloadTaskResponse.Builder message) {
    if (!ended && !caller.isGone()) {
      caller.tell(message.build());
    }
  }
}
