package dev.dragonfly.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.api.scheduler.v2.AnnounceHostRequest;
import dev.dragonfly.api.scheduler.v2.DeletePeerRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.api.scheduler.v2.StatPeerRequest;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.OwnRedis;
import dev.dragonfly.common.wire.HostMapper;
import dev.dragonfly.scheduler.testing.Samples;
import dev.dragonfly.scheduler.testing.WirePeer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who a caller may say to be, over gRPC. The rule on addresses is in CallerCheckTest. */
class LyingCallerTest {
  @RegisterExtension private static final OwnRedis redis = OwnRedis.start();

  private final TaskId task = TaskIdCalculator.taskId(Samples.FILE);
  private final Host liar = Samples.host("liar");
  private final Host victim = Samples.host("victim");
  private SchedulerServer server;
  private ManagedChannel channel;
  private SchedulerGrpc.SchedulerBlockingStub stub;

  @BeforeEach
  void start() {
    server = TestServers.server(redis);
    server.start();
    channel = new GrpcChannels(Optional.empty()).tcp("127.0.0.1", server.port());
    stub = SchedulerGrpc.newBlockingStub(channel);
    announce(liar);
    announce(victim);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  @Test
  void theIdOfAnotherUrlIsRefused() throws Exception {
    TaskId other = TaskIdCalculator.taskId(TaskSpec.ofUrl("http://origin.test/other"));
    assertRefused(new WirePeer(channel, liar, other, "peer").register(), other.value());
  }

  @Test
  void aTextThatStandsForTheUrlIsRefused() throws Exception {
    String url = "http://origin.test/victim";
    TaskSpec file = Samples.FILE;
    TaskSpec spec =
        new TaskSpec(
            file.kind(),
            "http://evil.test/payload",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            file.filteredQueryParams(),
            file.requestHeader(),
            file.pieceLength(),
            Optional.of(url + "STANDARD"),
            false);
    TaskId id = TaskIdCalculator.taskId(TaskSpec.ofUrl(url));
    assertThat(TaskIdCalculator.taskId(spec)).isEqualTo(id);
    assertRefused(
        new WirePeer(channel, liar, id, "peer").say(register(spec)),
        "content_for_calculating_task_id");
  }

  @Test
  void aPeerOfAnotherHostIsRefused() throws Exception {
    PeerId theirs = Samples.peer(victim, "peer");
    assertRefused(
        new WirePeer(channel, liar, task, "peer")
            .sayAs(liar.id(), task, theirs, register(Samples.FILE)),
        theirs.value());
  }

  @Test
  void aStreamSpeaksForTheHostWithWhichItBegan() throws Exception {
    WirePeer peer = new WirePeer(channel, liar, task, "peer").register();
    assertThat(peer.next()).isInstanceOf(ScheduleDecision.BackToSource.class);
    peer.sayAs(victim.id(), task, peer.id(), new PeerEvent.BackToSourceStarted(Samples.facts(1)));
    assertRefused(peer, "one peer");
  }

  @Test
  void aHostHasTheIdThatBelongsToItsAddress() {
    AnnounceHostRequest foreign =
        AnnounceHostRequest.newBuilder()
            .setHost(HostMapper.toProto(victim).toBuilder().setIp("127.0.0.99"))
            .build();
    assertThatThrownBy(() -> stub.announceHost(foreign))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContainingAll("INVALID_ARGUMENT", "host.id", "127.0.0.99");
  }

  @Test
  void aPeerIsDeletedInTheNameOfItsOwnHostOnlyAndIsGoneThen() throws Exception {
    WirePeer peer = new WirePeer(channel, victim, task, "peer").register();
    peer.next();
    peer.say(new PeerEvent.BackToSourceStarted(Samples.facts(1)));
    peer.say(new PeerEvent.PieceFinished(Samples.piece(0)));
    peer.say(new PeerEvent.BackToSourceFinished(Samples.facts(1), PieceBitmap.full(1)));
    assertThat(peer.end().getCode()).isEqualTo(Status.Code.OK);

    assertThatThrownBy(() -> stub.deletePeer(delete(liar, peer.id())))
        .hasMessageContaining("INVALID_ARGUMENT");
    assertThat(stub.statPeer(stat(peer.id())).getState()).isEqualTo("Succeeded");

    assertThat(stub.deletePeer(delete(victim, peer.id()))).isNotNull();
    assertThatThrownBy(() -> stub.statPeer(stat(peer.id()))).hasMessageContaining("NOT_FOUND");
    WirePeer next = new WirePeer(channel, liar, task, "next").register();
    assertThat(next.next()).isInstanceOf(ScheduleDecision.BackToSource.class);
  }

  private static PeerEvent.Register register(TaskSpec spec) {
    return new PeerEvent.Register(
        spec, TaskFacts.NONE, PieceBitmap.EMPTY, Optional.empty(), false, false, 0, 1);
  }

  private DeletePeerRequest delete(Host host, PeerId peer) {
    return DeletePeerRequest.newBuilder()
        .setHostId(host.id().value())
        .setTaskId(task.value())
        .setPeerId(peer.value())
        .build();
  }

  private StatPeerRequest stat(PeerId peer) {
    return StatPeerRequest.newBuilder().setTaskId(task.value()).setPeerId(peer.value()).build();
  }

  private void announce(Host host) {
    assertThat(
            stub.announceHost(
                AnnounceHostRequest.newBuilder().setHost(HostMapper.toProto(host)).build()))
        .isNotNull();
  }

  private static void assertRefused(WirePeer peer, String named) throws Exception {
    Status end = peer.end();
    assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(end.getDescription()).contains(named);
  }
}
