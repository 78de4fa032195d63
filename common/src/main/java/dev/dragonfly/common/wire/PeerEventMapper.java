package dev.dragonfly.common.wire;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.errordetails.v2.Unknown;
import dev.dragonfly.api.ext.v1.PieceFailureReason;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPeerBackToSourceFailedRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPeerBackToSourceFinishedRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPeerBackToSourceStartedRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPeerFailedRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPeerFinishedRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPeerStartedRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPieceBackToSourceFailedRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPieceBackToSourceFinishedRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPieceFailedRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPieceFinishedRequest;
import dev.dragonfly.api.scheduler.v2.RegisterPeerRequest;
import dev.dragonfly.api.scheduler.v2.ReschedulePeerRequest;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import java.util.OptionalInt;

/** The events of a peer on the wire. */
public final class PeerEventMapper {
  private PeerEventMapper() {}

  /**
   * For the wire. A reschedule names its failed parents by id only: our scheduler needs no more.
   */
  public static AnnouncePeerRequest toProto(
      HostId host, TaskId task, PeerId peer, PeerEvent event) {
    AnnouncePeerRequest.Builder proto =
        AnnouncePeerRequest.newBuilder()
            .setHostId(host.value())
            .setTaskId(task.value())
            .setPeerId(peer.value());
    switch (event) {
      case PeerEvent.Register e -> proto.setRegisterPeerRequest(register(e));
      case PeerEvent.Started e ->
          proto.setDownloadPeerStartedRequest(DownloadPeerStartedRequest.getDefaultInstance());
      case PeerEvent.BackToSourceStarted e ->
          proto.setDownloadPeerBackToSourceStartedRequest(
              DownloadPeerBackToSourceStartedRequest.newBuilder()
                  .setFacts(TaskMapper.toFacts(e.facts())));
      case PeerEvent.Reschedule e -> proto.setReschedulePeerRequest(reschedule(e));
      case PeerEvent.PieceFinished e -> pieceFinished(proto, e.piece());
      case PeerEvent.PieceFailed e -> proto.setDownloadPieceFailedRequest(pieceFailed(e));
      case PeerEvent.PieceBackToSourceFailed e ->
          proto.setDownloadPieceBackToSourceFailedRequest(sourceFailed(e));
      case PeerEvent.Finished e ->
          proto.setDownloadPeerFinishedRequest(
              DownloadPeerFinishedRequest.newBuilder()
                  .setFacts(TaskMapper.toFacts(e.facts()))
                  .setPieces(ByteString.copyFrom(e.pieces().toBytes())));
      case PeerEvent.BackToSourceFinished e ->
          proto.setDownloadPeerBackToSourceFinishedRequest(
              DownloadPeerBackToSourceFinishedRequest.newBuilder()
                  .setFacts(TaskMapper.toFacts(e.facts()))
                  .setPieces(ByteString.copyFrom(e.pieces().toBytes())));
      case PeerEvent.Failed e ->
          proto.setDownloadPeerFailedRequest(
              DownloadPeerFailedRequest.newBuilder().setDescription(e.description()));
      case PeerEvent.BackToSourceFailed e ->
          proto.setDownloadPeerBackToSourceFailedRequest(
              DownloadPeerBackToSourceFailedRequest.newBuilder().setDescription(e.description()));
    }
    return proto.build();
  }

  private static RegisterPeerRequest register(PeerEvent.Register e) {
    Download.Builder download =
        TaskMapper.toDownload(e.spec()).toBuilder()
            .setNeedBackToSource(e.needBackToSource())
            .setMetadataOnly(e.metadataOnly())
            .setPriorityValue(e.priority());
    e.range().ifPresent(range -> download.setRange(TaskMapper.range(range)));
    e.facts().contentLength().ifPresent(download::setActualContentLength);
    e.facts().pieceLength().ifPresent(download::setActualPieceLength);
    if (e.facts().contentLength().isPresent() && e.facts().pieceLength().isPresent()) {
      long piece = e.facts().pieceLength().getAsLong();
      download.setActualPieceCount((e.facts().contentLength().getAsLong() + piece - 1) / piece);
    }
    return RegisterPeerRequest.newBuilder()
        .setDownload(download)
        .setExtVersion(e.extVersion())
        .setFacts(TaskMapper.toFacts(e.facts()))
        .setPieces(ByteString.copyFrom(e.held().toBytes()))
        .build();
  }

  private static ReschedulePeerRequest reschedule(PeerEvent.Reschedule e) {
    ReschedulePeerRequest.Builder proto =
        ReschedulePeerRequest.newBuilder().setDescription(e.reason());
    for (PeerId failed : e.failed()) {
      proto.addCandidateParents(
          dev.dragonfly.api.common.v2.Peer.newBuilder().setId(failed.value()));
    }
    return proto.build();
  }

  private static void pieceFinished(AnnouncePeerRequest.Builder proto, Piece piece) {
    if (piece.traffic() == Piece.Traffic.BACK_TO_SOURCE) {
      proto.setDownloadPieceBackToSourceFinishedRequest(
          DownloadPieceBackToSourceFinishedRequest.newBuilder()
              .setPiece(PieceMapper.toProto(piece)));
    } else {
      proto.setDownloadPieceFinishedRequest(
          DownloadPieceFinishedRequest.newBuilder().setPiece(PieceMapper.toProto(piece)));
    }
  }

  private static DownloadPieceFailedRequest pieceFailed(PeerEvent.PieceFailed e) {
    DownloadPieceFailedRequest.Builder proto =
        DownloadPieceFailedRequest.newBuilder()
            .setParentId(e.parentId().value())
            .setTemporary(true)
            .setReason(reason(e.failure()));
    e.number().ifPresent(proto::setPieceNumber);
    return proto.build();
  }

  private static DownloadPieceBackToSourceFailedRequest sourceFailed(
      PeerEvent.PieceBackToSourceFailed e) {
    DownloadPieceBackToSourceFailedRequest.Builder proto =
        DownloadPieceBackToSourceFailedRequest.newBuilder()
            .setUnknown(Unknown.newBuilder().setMessage(e.message()));
    e.number().ifPresent(proto::setPieceNumber);
    return proto.build();
  }

  /**
   * From the wire.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT naming what does not fit
   */
  public static PeerEvent fromProto(AnnouncePeerRequest proto) {
    Arguments.parse("host_id", proto.getHostId(), HostId::new);
    Arguments.parse("peer_id", proto.getPeerId(), PeerId::new);
    Arguments.parse("task_id", proto.getTaskId(), TaskId::new);
    return switch (proto.getRequestCase()) {
      case REGISTER_PEER_REQUEST -> register(proto.getRegisterPeerRequest());
      case DOWNLOAD_PEER_STARTED_REQUEST -> new PeerEvent.Started();
      case DOWNLOAD_PEER_BACK_TO_SOURCE_STARTED_REQUEST ->
          new PeerEvent.BackToSourceStarted(
              TaskMapper.fromFacts(proto.getDownloadPeerBackToSourceStartedRequest().getFacts()));
      case RESCHEDULE_PEER_REQUEST -> reschedule(proto.getReschedulePeerRequest());
      case DOWNLOAD_PEER_FINISHED_REQUEST ->
          new PeerEvent.Finished(
              TaskMapper.fromFacts(proto.getDownloadPeerFinishedRequest().getFacts()),
              bitmap(proto.getDownloadPeerFinishedRequest().getPieces()));
      case DOWNLOAD_PEER_BACK_TO_SOURCE_FINISHED_REQUEST ->
          new PeerEvent.BackToSourceFinished(
              TaskMapper.fromFacts(proto.getDownloadPeerBackToSourceFinishedRequest().getFacts()),
              bitmap(proto.getDownloadPeerBackToSourceFinishedRequest().getPieces()));
      case DOWNLOAD_PEER_FAILED_REQUEST ->
          new PeerEvent.Failed(
              Arguments.shortened(proto.getDownloadPeerFailedRequest().getDescription()));
      case DOWNLOAD_PEER_BACK_TO_SOURCE_FAILED_REQUEST ->
          new PeerEvent.BackToSourceFailed(
              Arguments.shortened(
                  proto.getDownloadPeerBackToSourceFailedRequest().getDescription()));
      case DOWNLOAD_PIECE_FINISHED_REQUEST ->
          new PeerEvent.PieceFinished(
              PieceMapper.fromProto(proto.getDownloadPieceFinishedRequest().getPiece()));
      case DOWNLOAD_PIECE_BACK_TO_SOURCE_FINISHED_REQUEST ->
          new PeerEvent.PieceFinished(
              PieceMapper.fromProto(
                  proto.getDownloadPieceBackToSourceFinishedRequest().getPiece()));
      case DOWNLOAD_PIECE_FAILED_REQUEST -> pieceFailed(proto.getDownloadPieceFailedRequest());
      case DOWNLOAD_PIECE_BACK_TO_SOURCE_FAILED_REQUEST ->
          sourceFailed(proto.getDownloadPieceBackToSourceFailedRequest());
      case REQUEST_NOT_SET -> throw Arguments.invalid("receive unknown request: none is set");
    };
  }

  private static PeerEvent register(RegisterPeerRequest proto) {
    Arguments.check(proto.hasDownload(), () -> "register_peer_request.download is required");
    Download download = proto.getDownload();
    Arguments.check(
        download.getPriorityValue() >= 0 && download.getPriorityValue() <= 6,
        () -> "download.priority must be 0 to 6");
    TaskFacts actual = TaskMapper.actualLengths(download);
    return new PeerEvent.Register(
        TaskMapper.toSpec(download),
        proto.hasFacts() ? TaskMapper.fromFacts(proto.getFacts()).merge(actual) : actual,
        bitmap(proto.getPieces()),
        TaskMapper.range(download),
        download.getNeedBackToSource(),
        download.getMetadataOnly(),
        download.getPriorityValue(),
        proto.getExtVersion());
  }

  private static PeerEvent reschedule(ReschedulePeerRequest proto) {
    Arguments.atMost("candidate_parents", proto.getCandidateParentsCount(), FieldLimits.PEERS);
    return new PeerEvent.Reschedule(
        proto.getCandidateParentsList().stream()
            .map(peer -> Arguments.parse("candidate_parents.id", peer.getId(), PeerId::new))
            .toList(),
        Arguments.shortened(proto.getDescription()));
  }

  private static PeerEvent pieceFailed(DownloadPieceFailedRequest proto) {
    return new PeerEvent.PieceFailed(
        number(proto.hasPieceNumber(), proto.getPieceNumber()),
        Arguments.parse("parent_id", proto.getParentId(), PeerId::new),
        failure(proto.getReason()));
  }

  private static PeerEvent sourceFailed(DownloadPieceBackToSourceFailedRequest proto) {
    String message =
        proto.hasBackend() ? proto.getBackend().getMessage() : proto.getUnknown().getMessage();
    return new PeerEvent.PieceBackToSourceFailed(
        number(proto.hasPieceNumber(), proto.getPieceNumber()), Arguments.shortened(message));
  }

  private static OptionalInt number(boolean present, int number) {
    return present
        ? OptionalInt.of(PieceMapper.number("piece_number", number))
        : OptionalInt.empty();
  }

  private static PieceBitmap bitmap(ByteString pieces) {
    return PieceMapper.bitmap("pieces", pieces);
  }

  private static PieceFailureReason reason(PieceFailure failure) {
    return switch (failure) {
      case UNSPECIFIED -> PieceFailureReason.PIECE_FAILURE_REASON_UNSPECIFIED;
      case CORRUPT -> PieceFailureReason.PIECE_FAILURE_REASON_CORRUPT;
      case STALLED -> PieceFailureReason.PIECE_FAILURE_REASON_STALLED;
      case REFUSED -> PieceFailureReason.PIECE_FAILURE_REASON_REFUSED;
      case GONE -> PieceFailureReason.PIECE_FAILURE_REASON_GONE;
      case BUSY -> PieceFailureReason.PIECE_FAILURE_REASON_BUSY;
    };
  }

  private static PieceFailure failure(PieceFailureReason reason) {
    return switch (reason) {
      case PIECE_FAILURE_REASON_CORRUPT -> PieceFailure.CORRUPT;
      case PIECE_FAILURE_REASON_STALLED -> PieceFailure.STALLED;
      case PIECE_FAILURE_REASON_REFUSED -> PieceFailure.REFUSED;
      case PIECE_FAILURE_REASON_GONE -> PieceFailure.GONE;
      case PIECE_FAILURE_REASON_BUSY -> PieceFailure.BUSY;
      case PIECE_FAILURE_REASON_UNSPECIFIED, UNRECOGNIZED -> PieceFailure.UNSPECIFIED;
    };
  }
}
