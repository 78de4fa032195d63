package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.api.dfdaemon.v2.SyncPiecesRequest;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesResponse;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.wire.RunMapper;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * One child that wants to know which pieces this host has. The feed's monitor guards the stream.
 */
final class SyncPiecesCall implements PieceFeed.Sink {
  private final StoredTask stored;
  private final SyncPiecesRequest request;
  private final DataAddress data;
  private final ServerCallStreamObserver<SyncPiecesResponse> answer;
  private final BitSet interested;
  private final PieceFeed feed;
  private boolean done;

  SyncPiecesCall(
      StoredTask stored,
      SyncPiecesRequest request,
      BitSet interested,
      DataAddress data,
      ServerCallStreamObserver<SyncPiecesResponse> answer) {
    this.stored = stored;
    this.request = request;
    this.data = data;
    this.answer = answer;
    this.interested = interested;
    IntPredicate wanted = request.getAllPieces() ? n -> true : interested::get;
    this.feed = new PieceFeed(stored, wanted, this);
  }

  void start() {
    synchronized (feed) {
      if (wantsExtras()) {
        facts(stored.facts());
      }
      feed.start();
      endWhenAllIsTold();
    }
  }

  /**
   * Nothing more comes to this host: a child of ours hears that at once, and looks for the rest
   * elsewhere instead of waiting. One of upstream takes the end for a failure, so its stream stays.
   */
  void idle() {
    synchronized (feed) {
      if (wantsExtras()) {
        end(Status.OK);
      }
    }
  }

  /** The child went away. */
  void cancel() {
    feed.close();
  }

  private boolean wantsExtras() {
    return request.getWantRuns() || request.getAllPieces();
  }

  @Override
  public void piece(Piece piece, boolean before) {
    SyncPiecesResponse.Builder message =
        SyncPiecesResponse.newBuilder()
            .setNumber(piece.number())
            .setOffset(piece.offset())
            .setLength(piece.length())
            .setIp(data.ip())
            .setTcpPort(data.port());
    if (request.getWantRuns()) {
      stored.runsOf(piece.number()).forEach(run -> message.addRuns(RunMapper.toProto(run)));
    }
    send(message.build());
    if (!before) {
      endWhenAllIsTold();
    }
  }

  @Override
  public void facts(TaskFacts facts) {
    if (wantsExtras()) {
      send(
          SyncPiecesResponse.newBuilder()
              .setNoPiece(true)
              .setFacts(TaskMapper.toFacts(facts))
              .build());
    }
    endWhenAllIsTold();
  }

  @Override
  public void deleted() {
    end(Status.NOT_FOUND.withDescription("task " + stored.id() + " was deleted"));
  }

  private void send(SyncPiecesResponse message) {
    if (!done && !answer.isCancelled()) {
      answer.onNext(message);
    }
  }

  private void endWhenAllIsTold() {
    boolean all =
        request.getAllPieces()
            ? stored.isComplete() && feed.told() == stored.pieces().count()
            : feed.told() == interested.cardinality();
    if (all) {
      end(Status.OK);
    }
  }

  private void end(Status status) {
    if (done) {
      return;
    }
    done = true;
    feed.close();
    if (answer.isCancelled()) {
      return;
    }
    if (status.isOk()) {
      answer.onCompleted();
    } else {
      answer.onError(status.asRuntimeException());
    }
  }
}
