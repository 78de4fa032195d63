package dev.dragonfly.common.wire;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.dragonfly.api.common.v2.Peer;
import dev.dragonfly.api.common.v2.SizeScope;
import dev.dragonfly.api.common.v2.Task;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerResponse;
import dev.dragonfly.api.scheduler.v2.EmptyTaskResponse;
import dev.dragonfly.api.scheduler.v2.MetadataOnlyResponse;
import dev.dragonfly.api.scheduler.v2.NeedBackToSourceResponse;
import dev.dragonfly.api.scheduler.v2.NormalTaskResponse;
import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import java.time.Instant;
import java.util.List;

/**
 * Decisions on the wire. Upstream's clients send the peers of an answer back with a reschedule,
 * where its validators want every field set; so does this.
 */
public final class DecisionMapper {
  private static final String SUCCEEDED = "Succeeded";
  private static final String RUNNING = "Running";

  private DecisionMapper() {}

  /**
   * For the wire.
   *
   * @param spec identity of the task; its headers are not sent
   * @param now the time that the embedded objects carry
   */
  public static AnnouncePeerResponse toProto(
      ScheduleDecision decision, TaskId task, TaskSpec spec, Instant now) {
    AnnouncePeerResponse.Builder proto =
        AnnouncePeerResponse.newBuilder().setFacts(TaskMapper.toFacts(decision.facts()));
    switch (decision) {
      case ScheduleDecision.EmptyTask d ->
          proto.setEmptyTaskResponse(EmptyTaskResponse.getDefaultInstance());
      case ScheduleDecision.Parents d -> {
        Task embedded = task(task, spec, d.facts(), now);
        NormalTaskResponse.Builder normal = NormalTaskResponse.newBuilder();
        d.parents().forEach(parent -> normal.addCandidateParents(peer(parent, embedded, now)));
        proto.setNormalTaskResponse(normal);
      }
      case ScheduleDecision.BackToSource d ->
          proto.setNeedBackToSourceResponse(
              NeedBackToSourceResponse.newBuilder().setDescription(d.reason()));
      case ScheduleDecision.MetadataOnly d ->
          proto.setMetadataOnlyResponse(MetadataOnlyResponse.getDefaultInstance());
    }
    return proto.build();
  }

  private static Peer peer(Parent parent, Task task, Instant now) {
    Timestamp at = PieceMapper.timestamp(now);
    return Peer.newBuilder()
        .setId(parent.peerId().value())
        .setState(parent.finished() ? SUCCEEDED : RUNNING)
        .setCost(Duration.getDefaultInstance())
        .setTask(task)
        .setHost(HostMapper.toProto(parent.host()))
        .setCreatedAt(at)
        .setUpdatedAt(at)
        .build();
  }

  private static Task task(TaskId id, TaskSpec spec, TaskFacts facts, Instant now) {
    Timestamp at = PieceMapper.timestamp(now);
    Task.Builder proto =
        Task.newBuilder()
            .setId(id.value())
            .setType(TaskMapper.type(spec.kind()))
            .setUrl(spec.url())
            .addAllFilteredQueryParams(spec.filteredQueryParams())
            .setState(RUNNING)
            .setHasAvailablePeer(true)
            .setSizeScope(facts.isEmptyContent() ? SizeScope.EMPTY : SizeScope.NORMAL)
            .setCreatedAt(at)
            .setUpdatedAt(at);
    spec.tag().ifPresent(proto::setTag);
    spec.application().ifPresent(proto::setApplication);
    facts.contentLength().ifPresent(proto::setContentLength);
    facts.digest().ifPresent(digest -> proto.setDigest(digest.toString()));
    return proto.build();
  }

  /**
   * From the wire.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT for an answer that makes
   *     no sense
   */
  public static ScheduleDecision fromProto(AnnouncePeerResponse proto) {
    TaskFacts facts = TaskMapper.fromFacts(proto.getFacts());
    return switch (proto.getResponseCase()) {
      case EMPTY_TASK_RESPONSE -> new ScheduleDecision.EmptyTask(facts);
      case NORMAL_TASK_RESPONSE -> parents(proto.getNormalTaskResponse(), facts);
      case NEED_BACK_TO_SOURCE_RESPONSE ->
          new ScheduleDecision.BackToSource(
              Arguments.shortened(proto.getNeedBackToSourceResponse().getDescription()), facts);
      case METADATA_ONLY_RESPONSE -> new ScheduleDecision.MetadataOnly(facts);
      case RESPONSE_NOT_SET -> throw Arguments.invalid("the scheduler's answer is empty");
    };
  }

  private static ScheduleDecision parents(NormalTaskResponse proto, TaskFacts facts) {
    Arguments.atMost("candidate_parents", proto.getCandidateParentsCount(), FieldLimits.PEERS);
    List<Parent> parents =
        proto.getCandidateParentsList().stream()
            .map(peer ->
                new Parent(
                    Arguments.parse("candidate_parents.id", peer.getId(), PeerId::new),
                    HostMapper.fromProto(peer.getHost()),
                    SUCCEEDED.equals(peer.getState())))
            .toList();
    Arguments.check(!parents.isEmpty(), () -> "the scheduler's answer has no parents");
    return new ScheduleDecision.Parents(parents, facts);
  }
}
