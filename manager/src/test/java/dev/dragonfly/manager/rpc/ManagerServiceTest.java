package dev.dragonfly.manager.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.common.v2.Priority;
import dev.dragonfly.api.manager.v2.Application;
import dev.dragonfly.api.manager.v2.DeleteSeedPeerRequest;
import dev.dragonfly.api.manager.v2.GetSchedulerRequest;
import dev.dragonfly.api.manager.v2.GetSeedPeerRequest;
import dev.dragonfly.api.manager.v2.ListApplicationsRequest;
import dev.dragonfly.api.manager.v2.ListSchedulersRequest;
import dev.dragonfly.api.manager.v2.ListSchedulersResponse;
import dev.dragonfly.api.manager.v2.ListSeedPeersRequest;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.api.manager.v2.Scheduler;
import dev.dragonfly.api.manager.v2.SeedPeer;
import dev.dragonfly.api.manager.v2.SourceType;
import dev.dragonfly.api.manager.v2.UpdateSchedulerRequest;
import dev.dragonfly.api.manager.v2.UpdateSeedPeerRequest;
import dev.dragonfly.manager.app.RunningManager;
import dev.dragonfly.manager.application.ApplicationRow;
import dev.dragonfly.manager.application.ApplicationStore;
import dev.dragonfly.manager.cluster.SchedulerCluster;
import dev.dragonfly.manager.cluster.SchedulerClusterStore;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.instance.InstanceKey;
import dev.dragonfly.manager.instance.InstanceKind;
import dev.dragonfly.manager.instance.KeepAlives;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The unary calls over a real channel, on a real database. */
@ExtendWith(RunningManager.Extension.class)
final class ManagerServiceTest {
  private final RunningManager running;
  private final ManagedChannel channel;
  private final ManagerGrpc.ManagerBlockingStub manager;

  ManagerServiceTest(RunningManager running) {
    this.running = running;
    this.channel = running.channel();
    this.manager = ManagerGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  @BeforeEach
  void clear() {
    running.clear();
  }

  @AfterEach
  void close() throws InterruptedException {
    channel.shutdownNow();
    assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aSchedulerRegistersAndIsInactiveUntilItIsHeardOf() {
    Scheduler registered = manager.updateScheduler(scheduler("s1").build());
    assertThat(registered.getState()).isEqualTo("inactive");
    assertThat(registered.getFeatures().toStringUtf8()).isEqualTo("[\"schedule\",\"preheat\"]");
    assertThat(search("d1").getSchedulersList()).isEmpty();
    activate(InstanceKind.SCHEDULER, "s1");
    assertThat(search("d1").getSchedulersList())
        .extracting(Scheduler::getHostname)
        .containsExactly("s1");
  }

  @Test
  void aSchedulerThatComesBackOnAnotherPortIsTheSameOne() {
    long id = manager.updateScheduler(scheduler("s1").build()).getId();
    activate(InstanceKind.SCHEDULER, "s1");
    Scheduler again = manager.updateScheduler(scheduler("s1").setPort(9002).build());
    assertThat(again.getId()).isEqualTo(id);
    assertThat(again.getPort()).isEqualTo(9002);
    assertThat(again.getState()).isEqualTo("active");
  }

  @Test
  void getSchedulerTellsItsClusterAndActiveSeedPeersWithoutEmptyBytes() {
    manager.updateScheduler(scheduler("s1").setIdc("idc-1").build());
    manager.updateSeedPeer(seedPeer("p1").build());
    Scheduler scheduler =
        manager.getScheduler(
            GetSchedulerRequest.newBuilder().setHostname("s1").setSchedulerClusterId(1).build());
    assertThat(scheduler.getIdc()).isEqualTo("idc-1");
    assertThat(scheduler.hasLocation()).isFalse();
    assertThat(scheduler.getSchedulerCluster().getName()).isEqualTo("cluster-1");
    assertThat(number(scheduler.getSchedulerCluster().getConfig(), "candidate_parent_limit"))
        .isEqualTo(3);
    assertThat(scheduler.getSchedulerCluster().getScopes().toStringUtf8()).isEqualTo("{}");
    assertThat(scheduler.getSchedulerCluster().getSeedClientConfig().toStringUtf8())
        .isEqualTo("{}");
    assertThat(scheduler.getSeedPeersList())
        .singleElement()
        .satisfies(seed -> {
          assertThat(seed.getHostname()).isEqualTo("p1");
          assertThat(seed.getDownloadPort()).isEqualTo(8103);
          assertThat(number(seed.getSeedPeerCluster().getConfig(), "load_limit")).isEqualTo(2000);
        });
  }

  @Test
  void aBlockListNeverHasNullForUrls() {
    SchedulerClusterStore clusters = running.bean(SchedulerClusterStore.class);
    SchedulerCluster cluster = new SchedulerCluster("nulls");
    cluster.configureClients(
        JsonDocument.parse(
            "{\"block_list\":{\"task\":{\"download\":{\"urls\":null,\"tags\":null}}}}"));
    cluster.touch(running.time().now());
    long id = clusters.save(cluster).id();
    manager.updateScheduler(scheduler("s1").setSchedulerClusterId(id).build());
    Scheduler scheduler =
        manager.getScheduler(
            GetSchedulerRequest.newBuilder().setHostname("s1").setSchedulerClusterId(id).build());
    assertThat(scheduler.getSchedulerCluster().getClientConfig().toStringUtf8())
        .doesNotContain("null")
        .contains("block_list");
  }

  @Test
  void schedulersOfAClusterAreListedInWhateverState() {
    manager.updateScheduler(scheduler("s1").build());
    manager.updateScheduler(scheduler("s2").build());
    activate(InstanceKind.SCHEDULER, "s2");
    assertThat(manager.listSchedulers(search("d1", 1)).getSchedulersList())
        .extracting(Scheduler::getHostname, Scheduler::getState)
        .containsExactly(tuple("s1", "inactive"), tuple("s2", "active"));
    refused(Status.Code.NOT_FOUND, () -> manager.listSchedulers(search("d1", 9999)));
  }

  @Test
  void theSearchPutsTheClusterOfTheCallersNetworkFirst() {
    long id = cluster("near", "{\"cidrs\":[\"10.1.0.0/16\"]}");
    manager.updateScheduler(scheduler("s1").build());
    manager.updateScheduler(scheduler("s2").setSchedulerClusterId(id).build());
    activate(InstanceKind.SCHEDULER, "s1");
    running.bean(KeepAlives.class).begin(new InstanceKey(InstanceKind.SCHEDULER, "s2", "", id));
    assertThat(
            manager
                .listSchedulers(search("d1", 0).toBuilder().setIp("10.1.2.3").build())
                .getSchedulersList())
        .extracting(Scheduler::getHostname)
        .containsExactly("s2", "s1");
    assertThat(search("d1").getSchedulersList())
        .extracting(Scheduler::getHostname)
        .containsExactly("s1", "s2");
  }

  @Test
  void schedulersThatTakeNoPeersAreOfferedOnlyWhenThereIsNobodyElse() {
    manager.updateScheduler(scheduler("s1").addFeatures("preheat").build());
    activate(InstanceKind.SCHEDULER, "s1");
    assertThat(search("d1").getSchedulersList()).hasSize(1);
    manager.updateScheduler(scheduler("s2").build());
    activate(InstanceKind.SCHEDULER, "s2");
    assertThat(search("d1").getSchedulersList())
        .extracting(Scheduler::getHostname)
        .containsExactly("s2");
  }

  @Test
  void aSeedPeerRegistersIsFoundAndGoes() {
    manager.updateScheduler(scheduler("s1").build());
    activate(InstanceKind.SCHEDULER, "s1");
    SeedPeer registered = manager.updateSeedPeer(seedPeer("p1").build());
    assertThat(registered.getState()).isEqualTo("active");
    SeedPeer found =
        manager.getSeedPeer(
            GetSeedPeerRequest.newBuilder().setHostname("p1").setSeedPeerClusterId(1).build());
    assertThat(found.getSchedulersList()).extracting(Scheduler::getHostname).containsExactly("s1");
    ListSeedPeersRequest list =
        ListSeedPeersRequest.newBuilder().setHostname("p1").setIp("127.0.0.1").build();
    assertThat(manager.listSeedPeers(list).getSeedPeersList()).hasSize(1);
    DeleteSeedPeerRequest delete =
        DeleteSeedPeerRequest.newBuilder().setHostname("p1").setSeedPeerClusterId(1).build();
    manager.deleteSeedPeer(delete);
    manager.deleteSeedPeer(delete);
    refused(Status.Code.NOT_FOUND, () -> manager.listSeedPeers(list));
  }

  @Test
  void applicationsComeWithTheirPriorities() {
    refused(Status.Code.NOT_FOUND, () -> manager.listApplications(applications()));
    ApplicationRow row =
        new ApplicationRow(
            "app",
            "http://app",
            JsonDocument.parse("{\"value\":4,\"urls\":[{\"regex\":\"blobs\",\"value\":1}]}"));
    row.touch(running.time().now());
    running.bean(ApplicationStore.class).save(row);
    List<Application> found = manager.listApplications(applications()).getApplicationsList();
    assertThat(found)
        .singleElement()
        .satisfies(app -> {
          assertThat(app.getName()).isEqualTo("app");
          assertThat(app.getPriority().getValue()).isEqualTo(Priority.LEVEL4);
          assertThat(app.getPriority().getUrls(0).getRegex()).isEqualTo("blobs");
          assertThat(app.getPriority().getUrls(0).getValue()).isEqualTo(Priority.LEVEL1);
        });
  }

  @Test
  void whatBreaksTheRulesIsRefused() {
    Status.Code invalid = Status.Code.INVALID_ARGUMENT;
    refused(invalid, () -> manager.updateScheduler(scheduler("no_host").build()));
    refused(invalid, () -> manager.updateScheduler(scheduler("s1").setPort(80).build()));
    refused(invalid, () -> manager.updateScheduler(scheduler("s1").setIp("nowhere").build()));
    refused(
        invalid, () -> manager.updateScheduler(scheduler("s1").setSchedulerClusterId(0).build()));
    refused(
        invalid,
        () ->
            manager.updateScheduler(
                scheduler("s1").setConfig(ByteString.copyFromUtf8("[]")).build()));
    refused(invalid, () -> manager.updateSeedPeer(seedPeer("p1").setType("weak").build()));
    refused(
        Status.Code.NOT_FOUND,
        () -> manager.updateScheduler(scheduler("s1").setSchedulerClusterId(77).build()));
    refused(
        Status.Code.NOT_FOUND,
        () ->
            manager.getScheduler(
                GetSchedulerRequest.newBuilder()
                    .setHostname("nobody")
                    .setSchedulerClusterId(1)
                    .build()));
  }

  @Test
  void theHealthServiceSaysServing() {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
  }

  private static int number(ByteString document, String member) {
    return JsonDocument.parse(document.toStringUtf8()).node().get(member).asInt();
  }

  private long cluster(String name, String scopes) {
    SchedulerCluster cluster = new SchedulerCluster(name);
    cluster.limitTo(JsonDocument.parse(scopes));
    cluster.touch(running.time().now());
    return running.bean(SchedulerClusterStore.class).save(cluster).id();
  }

  private void activate(InstanceKind kind, String hostName) {
    assertThat(running.bean(KeepAlives.class).begin(new InstanceKey(kind, hostName, "", 1)))
        .isPresent();
  }

  private ListSchedulersResponse search(String hostname) {
    return manager.listSchedulers(search(hostname, 0));
  }

  private static ListSchedulersRequest search(String hostname, long clusterId) {
    return ListSchedulersRequest.newBuilder()
        .setSourceType(SourceType.PEER_SOURCE)
        .setHostname(hostname)
        .setIp("127.0.0.1")
        .setSchedulerClusterId(clusterId)
        .build();
  }

  private static ListApplicationsRequest applications() {
    return ListApplicationsRequest.newBuilder().setHostname("s1").setIp("127.0.0.1").build();
  }

  private static UpdateSchedulerRequest.Builder scheduler(String hostname) {
    return UpdateSchedulerRequest.newBuilder()
        .setSourceType(SourceType.SCHEDULER_SOURCE)
        .setHostname(hostname)
        .setIp("127.0.0.1")
        .setPort(8002)
        .setSchedulerClusterId(1)
        .setConfig(ByteString.copyFromUtf8("{\"manager_keep_alive_interval\":5000000000}"));
  }

  private static UpdateSeedPeerRequest.Builder seedPeer(String hostname) {
    return UpdateSeedPeerRequest.newBuilder()
        .setSourceType(SourceType.SEED_PEER_SOURCE)
        .setHostname(hostname)
        .setType("super")
        .setIp("127.0.0.1")
        .setPort(8101)
        .setDownloadPort(8103)
        .setSeedPeerClusterId(1);
  }

  private static void refused(Status.Code code, ThrowingCallable call) {
    StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(refusal).isNotNull();
    assertThat(refusal.getStatus().getCode()).isEqualTo(code);
  }
}
