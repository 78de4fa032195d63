package dev.dragonfly.dfdaemon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.manager.v2.ListSchedulersRequest;
import dev.dragonfly.api.manager.v2.ListSchedulersResponse;
import dev.dragonfly.api.manager.v2.Scheduler;
import dev.dragonfly.api.manager.v2.SchedulerCluster;
import dev.dragonfly.api.manager.v2.SeedPeer;
import dev.dragonfly.api.manager.v2.SeedPeerCluster;
import dev.dragonfly.api.manager.v2.SourceType;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.policy.PolicyText;
import dev.dragonfly.common.testing.FakeManager;
import dev.dragonfly.dfdaemon.client.ManagerClient.ListedScheduler;
import dev.dragonfly.dfdaemon.client.ManagerClient.Requester;
import io.grpc.ManagedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrpcManagerClientTest {

  private final FakeManager manager = new FakeManager();

  @AfterEach
  void stop() {
    manager.close();
  }

  @Test
  void asksForSchedulersAndLeavesOutWhatIsNoAddress() throws Exception {
    manager.listSchedulers(
        ListSchedulersResponse.newBuilder()
            .addSchedulers(Scheduler.newBuilder().setIp("10.0.0.1").setPort(8002))
            .addSchedulers(Scheduler.newBuilder().setIp("not an ip").setPort(8002))
            .addSchedulers(
                Scheduler.newBuilder()
                    .setIp("10.0.0.2")
                    .setPort(8003)
                    .setSchedulerCluster(SchedulerCluster.newBuilder().setId(7)))
            .build());
    Requester requester =
        new Requester("node", "10.0.0.9", true, Optional.of("dc1"), Optional.empty(), 3);

    try (ManagerClient client = new GrpcManagerClient(channel(), "1.0")) {
      assertThat(client.listSchedulers(requester))
          .containsExactly(
              new ListedScheduler(address("10.0.0.1", 8002), 0, PolicyText.NONE),
              new ListedScheduler(address("10.0.0.2", 8003), 7, PolicyText.NONE));
    }

    ListSchedulersRequest request = (ListSchedulersRequest) manager.next();
    assertThat(request.getSourceType()).isEqualTo(SourceType.SEED_PEER_SOURCE);
    assertThat(request.getHostname()).isEqualTo("node");
    assertThat(request.getIdc()).isEqualTo("dc1");
    assertThat(request.hasLocation()).isFalse();
    assertThat(request.getSchedulerClusterId()).isEqualTo(3);
  }

  @Test
  void aPeerIsToldThePolicyTextForClientsAndASeedThoseForSeedsAndItsOwnLoadLimit() {
    manager.listSchedulers(
        ListSchedulersResponse.newBuilder()
            .addSchedulers(
                Scheduler.newBuilder()
                    .setIp("10.0.0.1")
                    .setPort(8002)
                    .setSchedulerCluster(
                        SchedulerCluster.newBuilder()
                            .setId(7)
                            .setClientConfig(ByteString.copyFromUtf8("for clients"))
                            .setSeedClientConfig(ByteString.copyFromUtf8("for seeds")))
                    .addSeedPeers(seed("other", "load of others"))
                    .addSeedPeers(seed("node", "load of node")))
            .build());
    try (ManagerClient client = new GrpcManagerClient(channel(), "1.0")) {
      assertThat(client.listSchedulers(requester(false)).getFirst().policy())
          .isEqualTo(new PolicyText("for clients", "for clients"));
      assertThat(client.listSchedulers(requester(true)).getFirst().policy())
          .isEqualTo(new PolicyText("for seeds", "load of node"));
    }
  }

  private static Requester requester(boolean seed) {
    return new Requester("node", "10.0.0.9", seed, Optional.empty(), Optional.empty(), 0);
  }

  private static SeedPeer seed(String name, String config) {
    return SeedPeer.newBuilder()
        .setHostname(name)
        .setIp("10.0.0.9")
        .setSeedPeerCluster(SeedPeerCluster.newBuilder().setConfig(ByteString.copyFromUtf8(config)))
        .build();
  }

  @Test
  void aManagerThatIsAwayIsUnavailable() {
    Requester requester =
        new Requester("node", "10.0.0.9", false, Optional.empty(), Optional.empty(), 0);
    try (ManagerClient client = new GrpcManagerClient(channel(), "1.0")) {
      manager.close();

      assertThatThrownBy(() -> client.listSchedulers(requester))
          .isInstanceOfSatisfying(
              DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
          .hasMessageContaining("asked the manager");
    }
  }

  private ManagedChannel channel() {
    return new GrpcChannels(Optional.empty()).tcp("127.0.0.1", manager.port());
  }

  private static InetSocketAddress address(String ip, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(ip), port);
  }
}
