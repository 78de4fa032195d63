package dev.dragonfly.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.ObjectStorage;
import dev.dragonfly.api.ext.v1.DeleteTaskJobRequest;
import dev.dragonfly.api.ext.v1.FindTaskRequest;
import dev.dragonfly.api.ext.v1.PreheatEvent;
import dev.dragonfly.api.ext.v1.PreheatOutcome;
import dev.dragonfly.api.ext.v1.PreheatPlan;
import dev.dragonfly.api.ext.v1.PreheatRequest;
import dev.dragonfly.api.ext.v1.PreheatTarget;
import dev.dragonfly.api.ext.v1.SchedulerJobsGrpc;
import dev.dragonfly.api.ext.v1.TaskDeletion;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.OwnRedis;
import dev.dragonfly.scheduler.testing.FakeDaemon;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a manager has a scheduler do, over gRPC, with daemons and a real Redis. */
@Timeout(60)
class SchedulerJobsServiceTest {
  private static final String FILE = "http://origin.test/file";
  private static final String BLOB = "https://registry.test/v2/app/blobs/sha256:" + "ab".repeat(32);
  @RegisterExtension private static final OwnRedis redis = OwnRedis.start();

  private JobFixture cluster;

  @BeforeEach
  void start() {
    cluster = new JobFixture(redis);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void thePlanComesFirstAndEveryTargetEndsOnce() {
    List<PreheatEvent> events = preheat(r -> r.addUrls(FILE).addUrls(BLOB).setScope("all_peers"));

    PreheatPlan plan = events.getFirst().getPlan();
    assertThat(plan.getTargetsList()).hasSize(4);
    assertThat(plan.getHostsList()).extracting(host -> host.getType()).contains("normal", "super");
    assertThat(outcomes(events))
        .hasSize(4)
        .allMatch(outcome -> outcome.getFailure().isEmpty())
        .allMatch(outcome -> outcome.getContentLength() == FakeDaemon.LENGTH)
        .extracting(PreheatOutcome::getTarget)
        .containsExactlyInAnyOrderElementsOf(plan.getTargetsList());
    assertThat(cluster.seedDaemon.held()).as("read by the seed too").hasSize(2);
    assertThat(cluster.oneDaemon.held()).contains("ab".repeat(32));
  }

  @Test
  void credentialsGoToTheSeedAndToNobodyElse() {
    Download secrets =
        Download.newBuilder()
            .putRequestHeader("Authorization", "Bearer secret")
            .setObjectStorage(ObjectStorage.newBuilder().setAccessKeySecret("k3y"))
            .build();
    preheat(r -> r.addUrls(FILE).setScope("all_peers").setDownload(secrets));

    Download toSeed = cluster.seedDaemon.downloads().getFirst();
    assertThat(toSeed.getRequestHeaderMap()).containsEntry("Authorization", "Bearer secret");
    assertThat(toSeed.getObjectStorage().getAccessKeySecret()).isEqualTo("k3y");
    Download toPeer = cluster.oneDaemon.downloads().getFirst();
    assertThat(toPeer.toString()).doesNotContain("secret").doesNotContain("k3y");
    assertThat(toPeer.getDisableBackToSource()).as("it could not read it").isTrue();
    assertThat(toPeer.getRemoteIp()).isEqualTo("127.0.0.1");
  }

  @Test
  void aFailureNamesTheHostAndWhatItSaid() {
    cluster.twoDaemon.refuse(Status.INTERNAL.withDescription("disk full"));

    List<PreheatOutcome> outcomes = outcomes(preheat(r -> r.addUrls(FILE).setScope("all_peers")));

    assertThat(outcomes)
        .filteredOn(outcome -> !outcome.getFailure().isEmpty())
        .singleElement()
        .satisfies(outcome ->
            assertThat(outcome.getFailure())
                .contains(FILE, cluster.two.id().value(), "INTERNAL: disk full"));
  }

  @Test
  void aTakeoverDoesOnlyWhatIsLeft() {
    PreheatTarget done = target(cluster.one.id().value());
    PreheatTarget left = target(cluster.two.id().value());

    List<PreheatEvent> events =
        preheat(r ->
            r.addUrls(FILE)
                .setScope("all_peers")
                .addFinished(done)
                .addPlanned(done)
                .addPlanned(left));

    assertThat(outcomes(events)).extracting(PreheatOutcome::getTarget).containsExactly(left);
    assertThat(cluster.oneDaemon.downloads()).isEmpty();
  }

  @Test
  void whatIsNotAcceptedIsNamed() {
    refused(Status.Code.INVALID_ARGUMENT, "urls", r -> r);
    refused(Status.Code.INVALID_ARGUMENT, "download.url", r -> r.addUrls("nonsense"));
    refused(Status.Code.INVALID_ARGUMENT, "scope", r -> r.addUrls(FILE).setScope("everybody"));
    refused(Status.Code.INVALID_ARGUMENT, "ips", r -> r.addUrls(FILE).addIps("a.name.test"));
    refused(Status.Code.INVALID_ARGUMENT, "percentage", r -> r.addUrls(FILE).setPercentage(101));
    refused(
        Status.Code.INVALID_ARGUMENT, "at once", r -> r.addUrls(FILE).setConcurrentTaskCount(101));
    refused(Status.Code.INVALID_ARGUMENT, "host_id", r -> r.addUrls(FILE).addPlanned(target("")));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "digest",
        r -> r.addUrls("https://registry.test/v2/app/blobs/sha256:12"));
    refused(
        Status.Code.FAILED_PRECONDITION,
        "no peer found",
        r -> r.addUrls(FILE).setScope("all_peers").addIps("10.0.0.1"));
  }

  @Test
  void holdersAreFoundAndTheTaskIsDeletedWhereItCanBe() {
    preheat(r -> r.addUrls(FILE).setScope("all_peers"));
    TaskId task = TaskIdCalculator.taskId(TaskSpec.ofUrl(FILE));
    cluster.join(cluster.one, task);
    cluster.join(cluster.two, task);
    SchedulerJobsGrpc.SchedulerJobsBlockingStub jobs =
        SchedulerJobsGrpc.newBlockingStub(cluster.channel);

    assertThat(
            jobs.findTask(FindTaskRequest.newBuilder().setTaskId(task.value()).build())
                .getHoldersList())
        .hasSize(2)
        .allMatch(holder -> holder.getFinished())
        .allMatch(holder -> holder.getCreatedAt().getSeconds() == 1_700_000_000);

    cluster.twoDaemon.refuse(Status.PERMISSION_DENIED.withDescription("no scheduler of mine"));
    List<TaskDeletion> deletions =
        jobs.deleteTask(DeleteTaskJobRequest.newBuilder().setTaskId(task.value()).build())
            .getDeletionsList();

    assertThat(deletions).extracting(d -> d.getHost().getHostname()).containsExactly("one", "two");
    assertThat(deletions.get(0).getFailure()).isEmpty();
    assertThat(deletions.get(1).getFailure()).contains("PERMISSION_DENIED: no scheduler of mine");
    assertThat(cluster.oneDaemon.held()).isEmpty();
  }

  private List<PreheatEvent> preheat(UnaryOperator<PreheatRequest.Builder> request) {
    List<PreheatEvent> events = new ArrayList<>();
    SchedulerJobsGrpc.newBlockingStub(cluster.channel)
        .preheat(request.apply(PreheatRequest.newBuilder()).build())
        .forEachRemaining(events::add);
    return events;
  }

  private void refused(
      Status.Code code, String words, UnaryOperator<PreheatRequest.Builder> request) {
    StatusRuntimeException refusal =
        catchThrowableOfType(StatusRuntimeException.class, () -> preheat(request));
    assertThat(refusal).as(words).isNotNull();
    assertThat(refusal.getStatus().getCode()).as(words).isEqualTo(code);
    assertThat(refusal.getMessage()).contains(words);
  }

  private static List<PreheatOutcome> outcomes(List<PreheatEvent> events) {
    return events.stream().filter(PreheatEvent::hasOutcome).map(PreheatEvent::getOutcome).toList();
  }

  private static PreheatTarget target(String host) {
    return PreheatTarget.newBuilder().setUrl(FILE).setHostId(host).build();
  }
}
