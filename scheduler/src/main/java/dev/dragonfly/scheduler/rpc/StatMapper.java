package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.api.common.v2.Peer;
import dev.dragonfly.api.common.v2.Priority;
import dev.dragonfly.api.common.v2.SizeScope;
import dev.dragonfly.api.common.v2.Task;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.wire.HostMapper;
import dev.dragonfly.common.wire.PieceMapper;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.TaskRecord;
import dev.dragonfly.scheduler.resource.TaskView;
import java.time.Duration;
import java.util.List;

/** Peers and tasks of the graph as the wire shows them to who asks for their state. */
final class StatMapper {
  private StatMapper() {}

  static Peer peer(PeerRecord peer, Task task) {
    return Peer.newBuilder()
        .setId(peer.id().value())
        .setPriority(Priority.forNumber(peer.priority()))
        .setCost(PieceMapper.duration(Duration.between(peer.createdAt(), peer.updatedAt())))
        .setState(peer.state().wireName())
        .setTask(task)
        .setHost(HostMapper.toProto(peer.host()))
        .setNeedBackToSource(peer.state() == PeerState.BACK_TO_SOURCE)
        .setCreatedAt(PieceMapper.timestamp(peer.createdAt()))
        .setUpdatedAt(PieceMapper.timestamp(peer.updatedAt()))
        .build();
  }

  static Task task(TaskRecord task, TaskView view, List<Piece> pieces) {
    TaskSpec spec = task.spec();
    TaskFacts facts = task.facts();
    Task.Builder proto =
        Task.newBuilder()
            .setId(task.id().value())
            .setType(TaskMapper.type(spec.kind()))
            .setUrl(spec.url())
            .addAllFilteredQueryParams(spec.filteredQueryParams())
            .setPieceCount(facts.pieceCount())
            .setSizeScope(scope(facts))
            .setState(state(view))
            .setPeerCount(view.peerCount())
            .setHasAvailablePeer(view.candidates().stream().anyMatch(c -> c.standing().isRoot()))
            .setCreatedAt(PieceMapper.timestamp(task.createdAt()))
            .setUpdatedAt(PieceMapper.timestamp(task.updatedAt()));
    facts.contentLength().ifPresent(proto::setContentLength);
    spec.tag().ifPresent(proto::setTag);
    spec.application().ifPresent(proto::setApplication);
    pieces.forEach(piece -> proto.addPieces(PieceMapper.toProto(piece)));
    return proto.build();
  }

  private static String state(TaskView view) {
    if (view.candidates().stream().anyMatch(Candidate::finished)) {
      return PeerState.SUCCEEDED.wireName();
    }
    boolean busy = !view.candidates().isEmpty() || !view.sourceReaders().isEmpty();
    return busy ? PeerState.RUNNING.wireName() : "Pending";
  }

  private static SizeScope scope(TaskFacts facts) {
    if (facts.contentLength().isEmpty()) {
      return SizeScope.UNKNOW;
    }
    return facts.isEmptyContent() ? SizeScope.EMPTY : SizeScope.NORMAL;
  }
}
