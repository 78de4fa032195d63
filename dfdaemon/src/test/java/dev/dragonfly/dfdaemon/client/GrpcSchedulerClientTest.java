package dev.dragonfly.dfdaemon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.api.ext.v1.ReportHoldingsRequest;
import dev.dragonfly.api.ext.v1.ReportWrongContentRequest;
import dev.dragonfly.api.scheduler.v2.AnnounceHostRequest;
import dev.dragonfly.api.scheduler.v2.DeleteHostRequest;
import dev.dragonfly.api.scheduler.v2.DeletePeerRequest;
import dev.dragonfly.api.scheduler.v2.DeleteTaskRequest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrpcSchedulerClientTest {

  private static final HostId SELF = new HostId("10.0.0.9-node");
  private static final TaskId TASK = new TaskId("ab".repeat(32));
  private static final PeerId PEER = new PeerId("10.0.0.9-node-1");

  private FakeSchedulerServer server;
  private GrpcSchedulerClient client;

  @BeforeEach
  void start() throws Exception {
    server = FakeSchedulerServer.start(0, true);
    client = new GrpcSchedulerClient(SELF, new GrpcChannels(Optional.empty()));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void announcesTheHostWithItsInterval() throws Exception {
    client.announceHost(server.address(), FakeSchedulerServer.host(SELF), Duration.ofSeconds(30));

    AnnounceHostRequest request = server.next(AnnounceHostRequest.class);
    assertThat(request.getHost().getId()).isEqualTo(SELF.value());
    assertThat(request.getInterval().getSeconds()).isEqualTo(30);
  }

  @Test
  void deletesHostPeerAndTaskInTheNameOfThisHost() throws Exception {
    client.deletePeer(server.address(), TASK, PEER);
    client.deleteTask(server.address(), TASK);
    client.deleteHost(server.address(), Duration.ofSeconds(2));

    DeletePeerRequest peer = server.next(DeletePeerRequest.class);
    assertThat(peer.getPeerId()).isEqualTo(PEER.value());
    assertThat(peer.getHostId()).isEqualTo(SELF.value());
    assertThat(server.next(DeleteTaskRequest.class).getTaskId()).isEqualTo(TASK.value());
    assertThat(server.next(DeleteHostRequest.class).getHostId()).isEqualTo(SELF.value());
  }

  @Test
  void asksAndTellsHoldings() throws Exception {
    Holding holding =
        new Holding(
            TASK,
            PEER,
            TaskSpec.ofUrl("http://o/f"),
            TaskFacts.NONE,
            PieceBitmap.full(3),
            true,
            true);

    assertThat(client.wantsHoldings(server.address(), 42)).isTrue();
    client.reportHoldings(server.address(), new HoldingsBatch(42, 0, true, List.of(holding)));

    assertThat(server.next(ReportHoldingsRequest.class).getFingerprint()).isEqualTo(42);
    ReportHoldingsRequest batch = server.next(ReportHoldingsRequest.class);
    assertThat(batch.getProbe()).isFalse();
    assertThat(batch.getLast()).isTrue();
    assertThat(batch.getHoldings(0).getTaskId()).isEqualTo(TASK.value());
    assertThat(batch.getHoldings(0).getDownload().getUrl()).isEqualTo("http://o/f");
    assertThat(batch.getHoldings(0).getPieces().toByteArray()).containsExactly(7);
    assertThat(batch.getHoldings(0).getFinished()).isTrue();
    assertThat(batch.getHoldings(0).getReadSource()).isTrue();
    assertThat(client.isUpstream(server.address())).isFalse();
  }

  @Test
  void tellsWhoVouchedForWrongContent() throws Exception {
    HostId liar = new HostId("liar");

    client.reportWrongContent(server.address(), TASK, PEER, List.of(liar));

    ReportWrongContentRequest request = server.next(ReportWrongContentRequest.class);
    assertThat(request.getHostId()).isEqualTo(SELF.value());
    assertThat(request.getTaskId()).isEqualTo(TASK.value());
    assertThat(request.getBlamedHostIdsList()).containsExactly("liar");
  }

  @Test
  void aSchedulerWithoutOurServiceIsUpstream() throws Exception {
    try (FakeSchedulerServer upstream = FakeSchedulerServer.start(0, false)) {
      client.reportWrongContent(upstream.address(), TASK, PEER, List.of());
      assertThat(client.wantsHoldings(upstream.address(), 42)).isFalse();
      assertThat(client.isUpstream(upstream.address())).isTrue();
    }
  }

  @Test
  void aDeadSchedulerIsUnavailableAndNotServing() {
    InetSocketAddress dead = server.address();
    assertThat(client.isServing(dead, Duration.ofSeconds(5))).isTrue();
    server.close();

    assertThat(client.isServing(dead, Duration.ofSeconds(5))).isFalse();
    assertThatThrownBy(
            () -> client.announceHost(dead, FakeSchedulerServer.host(SELF), Duration.ofSeconds(30)))
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
        .hasMessageContaining("announcing this host");
  }
}
