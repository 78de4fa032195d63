package dev.dragonfly.common.wire;

import static dev.dragonfly.common.wire.Samples.FACTS;
import static dev.dragonfly.common.wire.Samples.HOST;
import static dev.dragonfly.common.wire.Samples.NOW;
import static dev.dragonfly.common.wire.Samples.SPEC;
import static dev.dragonfly.common.wire.Samples.TASK_ID;
import static dev.dragonfly.common.wire.Samples.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.api.common.v2.Peer;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerResponse;
import dev.dragonfly.api.scheduler.v2.NormalTaskResponse;
import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DecisionMapperTest {
  private static final List<Parent> PARENTS =
      List.of(
          new Parent(new PeerId("peer-1"), HOST, true),
          new Parent(new PeerId("peer-2"), HOST, false));

  static Stream<ScheduleDecision> decisions() {
    return Stream.of(
        new ScheduleDecision.EmptyTask(FACTS),
        new ScheduleDecision.Parents(PARENTS, FACTS),
        new ScheduleDecision.Parents(PARENTS, TaskFacts.NONE),
        new ScheduleDecision.BackToSource("nobody has it", FACTS),
        new ScheduleDecision.MetadataOnly(TaskFacts.NONE));
  }

  @ParameterizedTest
  @MethodSource("decisions")
  void everyDecisionComesBackAsItWas(ScheduleDecision decision) {
    assertThat(DecisionMapper.fromProto(wire(decision))).isEqualTo(decision);
  }

  @Test
  void aParentHasEveryFieldThatUpstreamWantsBackFromItsClient() {
    Peer peer =
        wire(new ScheduleDecision.Parents(PARENTS, FACTS))
            .getNormalTaskResponse()
            .getCandidateParents(0);

    assertThat(peer.getId()).isEqualTo("peer-1");
    assertThat(peer.getState()).isEqualTo("Succeeded");
    assertThat(peer.hasCost()).isTrue();
    assertThat(peer.hasCreatedAt()).isTrue();
    assertThat(peer.hasUpdatedAt()).isTrue();
    assertThat(peer.getTask().getId()).isEqualTo(TASK_ID.value());
    assertThat(peer.getTask().getUrl()).isEqualTo(SPEC.url());
    assertThat(peer.getTask().getState()).isNotEmpty();
    assertThat(peer.getTask().hasCreatedAt()).isTrue();
    assertThat(peer.getTask().hasUpdatedAt()).isTrue();
    assertThat(peer.getTask().getContentLength()).isEqualTo(20_000_000);
    assertThat(peer.getHost().getDownloadPort()).isEqualTo(4000);
  }

  @Test
  void headersOfACallerAreNotToldToOthers() {
    assertThat(wire(new ScheduleDecision.Parents(PARENTS, FACTS)).toString())
        .doesNotContain("Bearer secret");
  }

  @Test
  void anAnswerThatMakesNoSenseIsRefused() {
    assertInvalid(
        () -> DecisionMapper.fromProto(AnnouncePeerResponse.getDefaultInstance()),
        "the scheduler's answer is empty");
    assertInvalid(
        () -> DecisionMapper.fromProto(parents(NormalTaskResponse.newBuilder())), "has no parents");
    assertInvalid(
        () ->
            DecisionMapper.fromProto(
                parents(
                    NormalTaskResponse.newBuilder()
                        .addCandidateParents(Peer.newBuilder().setHost(HostMapper.toProto(HOST))))),
        "candidate_parents.id: ");
    assertInvalid(
        () ->
            DecisionMapper.fromProto(
                parents(
                    NormalTaskResponse.newBuilder()
                        .addCandidateParents(Peer.newBuilder().setId("peer")))),
        "host.id must not be empty");
  }

  @Test
  void aDecisionForParentsHasOne() {
    assertThatThrownBy(() -> new ScheduleDecision.Parents(List.of(), FACTS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static AnnouncePeerResponse wire(ScheduleDecision decision) {
    return DecisionMapper.toProto(decision, TASK_ID, SPEC, NOW);
  }

  private static AnnouncePeerResponse parents(NormalTaskResponse.Builder normal) {
    return AnnouncePeerResponse.newBuilder().setNormalTaskResponse(normal).build();
  }
}
