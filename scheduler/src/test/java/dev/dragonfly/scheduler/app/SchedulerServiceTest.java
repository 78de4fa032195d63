package dev.dragonfly.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.common.v2.Peer;
import dev.dragonfly.api.ext.v1.Holding;
import dev.dragonfly.api.ext.v1.ReportHoldingsRequest;
import dev.dragonfly.api.ext.v1.SchedulerExtGrpc;
import dev.dragonfly.api.scheduler.v2.AnnounceHostRequest;
import dev.dragonfly.api.scheduler.v2.ListHostsRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.api.scheduler.v2.StatPeerRequest;
import dev.dragonfly.api.scheduler.v2.StatTaskRequest;
import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.testing.OwnRedis;
import dev.dragonfly.common.wire.HostMapper;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.scheduler.testing.FakeSeed;
import dev.dragonfly.scheduler.testing.Samples;
import dev.dragonfly.scheduler.testing.WirePeer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole service over gRPC, with a real Redis. */
class SchedulerServiceTest {
  @RegisterExtension private static final OwnRedis redis = OwnRedis.start();

  private final TaskId task = TaskIdCalculator.taskId(Samples.FILE);
  private final Host first = Samples.host("first");
  private final Host second = Samples.host("second");
  private SchedulerServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    startServer();
  }

  @AfterEach
  void stop() {
    stopServer();
  }

  @Test
  void aSeedIsTriggeredOnceAndItsPeersBecomeParentsOfOthersAndOfEachOther() throws Exception {
    try (FakeSeed fakeSeed = new FakeSeed()) {
      Host seed = Samples.seed("seed", fakeSeed.port());
      announce(seed, first, second);
      WirePeer one = new WirePeer(channel, first, task, "peer-one").register();

      FakeSeed.Asked asked = fakeSeed.next();
      assertThat(asked.request().getDownload().getNeedBackToSource()).isTrue();
      WirePeer seedPeer = new WirePeer(channel, seed, task, "peer-seed");
      seedPeer.register(TaskFacts.NONE, true);
      assertThat(seedPeer.next()).isInstanceOf(ScheduleDecision.BackToSource.class);
      assertThat(one.peek()).isNull();
      seedPeer.say(new PeerEvent.BackToSourceStarted(Samples.facts(2)));

      ScheduleDecision.Parents toOne = (ScheduleDecision.Parents) one.next();
      assertThat(ids(toOne)).containsExactly(seedPeer.id());
      assertThat(toOne.facts().contentLength()).hasValue(2 * Samples.PIECE_LENGTH);
      assertThat(toOne.facts().readerKeys())
          .extracting(key -> key.hostId())
          .containsExactly(seed.id().value());

      WirePeer two = new WirePeer(channel, second, task, "peer-two").register();
      assertThat(ids((ScheduleDecision.Parents) two.next()))
          .containsExactlyInAnyOrder(seedPeer.id(), one.id());
      assertThat(ids((ScheduleDecision.Parents) one.next()))
          .containsExactlyInAnyOrder(seedPeer.id(), two.id());

      seedPeer.say(new PeerEvent.PieceFinished(Samples.piece(0)));
      seedPeer.say(new PeerEvent.PieceFinished(Samples.piece(1)));
      seedPeer.say(new PeerEvent.BackToSourceFinished(Samples.facts(2), PieceBitmap.full(2)));
      assertThat(seedPeer.end().getCode()).isEqualTo(Status.Code.OK);
      asked.succeed();
      one.say(new PeerEvent.Finished(TaskFacts.NONE, PieceBitmap.full(3)));
      assertThat(one.end().getCode()).isEqualTo(Status.Code.OK);
      assertThat(fakeSeed.unseen()).isZero();

      Peer stat =
          SchedulerGrpc.newBlockingStub(channel)
              .statPeer(
                  StatPeerRequest.newBuilder()
                      .setTaskId(task.value())
                      .setPeerId(seedPeer.id().value())
                      .build());
      assertThat(stat.getState()).isEqualTo("Succeeded");
      assertThat(stat.getTask().getPiecesCount()).isEqualTo(2);
      assertThat(stat.getTask().getHasAvailablePeer()).isTrue();
    }
  }

  @Test
  void withoutSeedsOnePeerReadsTheSourceAndTheOtherWaitsForIt() throws Exception {
    announce(first, second);
    WirePeer one = new WirePeer(channel, first, task, "peer-one").register();
    assertThat(one.next()).isInstanceOf(ScheduleDecision.BackToSource.class);
    WirePeer two = new WirePeer(channel, second, task, "peer-two").register();
    one.say(new PeerEvent.BackToSourceStarted(Samples.facts(3)));

    assertThat(ids((ScheduleDecision.Parents) two.next())).containsExactly(one.id());
  }

  @Test
  void anUpstreamPeerGetsExactlyOneAnswerEachTimeItAsks() throws Exception {
    Host upstream = Samples.upstream("upstream");
    announce(first, second, upstream);
    WirePeer one = new WirePeer(channel, first, task, "peer-one").register();
    one.next();
    one.say(new PeerEvent.BackToSourceStarted(Samples.facts(3)));
    WirePeer plain = new WirePeer(channel, upstream, task, "peer-plain").register();
    assertThat(ids((ScheduleDecision.Parents) plain.next())).containsExactly(one.id());
    plain.say(new PeerEvent.Reschedule(List.of(), "it is slow"));
    assertThat(ids((ScheduleDecision.Parents) plain.next())).containsExactly(one.id());

    WirePeer two = new WirePeer(channel, second, task, "peer-two").register();
    assertThat(ids((ScheduleDecision.Parents) two.next())).contains(one.id());
    WirePeer three = new WirePeer(channel, Samples.host("third"), task, "peer-three");
    announce(Samples.host("third"));
    three.register();
    three.next();
    // By the time two hears of three, the upstream peer would have heard too.
    assertThat(ids((ScheduleDecision.Parents) two.next())).contains(three.id());
    assertThat(plain.peek()).isNull();
  }

  @Test
  void anotherSchedulerKnowsTheParentsAfterTheFirstWasKilled() throws Exception {
    announce(first, second);
    WirePeer one = new WirePeer(channel, first, task, "peer-one").register();
    one.next();
    one.say(new PeerEvent.BackToSourceStarted(Samples.facts(1)));
    one.say(new PeerEvent.PieceFinished(Samples.piece(0)));
    one.say(new PeerEvent.BackToSourceFinished(Samples.facts(1), PieceBitmap.full(1)));
    assertThat(one.end().getCode()).isEqualTo(Status.Code.OK);

    stopServer();
    startServer();

    WirePeer two = new WirePeer(channel, second, task, "peer-two").register();
    ScheduleDecision.Parents parents = (ScheduleDecision.Parents) two.next();
    assertThat(parents.parents()).extracting(Parent::finished).containsExactly(true);
    assertThat(parents.facts().contentLength()).hasValue(Samples.PIECE_LENGTH);
  }

  @Test
  void anEmptiedRedisHealsThroughHoldings() throws Exception {
    announce(first, second);
    report(7, true);
    redis.command("FLUSHALL");
    WirePeer lost = new WirePeer(channel, second, task, "peer-lost").register();
    Status refused = lost.end();
    if (!refused.getCode().equals(Status.Code.NOT_FOUND)) {
      Assertions.fail("expected NOT_FOUND for an unknown host, got " + refused);
    }

    announce(first, second);
    assertThat(SchedulerExtGrpc.newBlockingStub(channel).reportHoldings(probe(7)).getSendAll())
        .isTrue();
    report(7, false);
    assertThat(SchedulerExtGrpc.newBlockingStub(channel).reportHoldings(probe(7)).getSendAll())
        .isFalse();

    WirePeer two = new WirePeer(channel, second, task, "peer-two").register();
    assertThat(ids((ScheduleDecision.Parents) two.next()))
        .containsExactly(Samples.peer(first, "held-one"));
  }

  @Test
  void aPeerAsksForOtherParentsAndReadsTheSourceWhenNobodyIsLeft() throws Exception {
    announce(first, second);
    report(1, true);
    WirePeer two = new WirePeer(channel, second, task, "peer-two").register();
    ScheduleDecision.Parents parents = (ScheduleDecision.Parents) two.next();
    two.say(new PeerEvent.Reschedule(ids(parents), "it sent nothing"));
    assertThat(two.next()).isInstanceOf(ScheduleDecision.BackToSource.class);
  }

  @Test
  void peersAreToldUnavailableWhileRedisIsAwayAndServedWhenItIsBack() throws Exception {
    announce(first);
    redis.stop();
    WirePeer one = new WirePeer(channel, first, task, "peer-one").register();
    assertThat(one.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    redis.startAgain();
    awaitHealthy();
    announce(first);
    WirePeer again = new WirePeer(channel, first, task, "peer-one").register();
    assertThat(again.next()).isInstanceOf(ScheduleDecision.BackToSource.class);
  }

  @Test
  void hostsAreListedAndUnknownThingsAreNotFound() {
    announce(first, Samples.seed("seed", 4001));
    SchedulerGrpc.SchedulerBlockingStub stub = SchedulerGrpc.newBlockingStub(channel);
    assertThat(stub.listHosts(ListHostsRequest.getDefaultInstance()).getHostsList()).hasSize(2);
    assertThat(stub.listHosts(ListHostsRequest.newBuilder().setType(1).build()).getHostsList())
        .hasSize(1);
    Assertions.assertThatThrownBy(
            () -> stub.statTask(StatTaskRequest.newBuilder().setTaskId(task.value()).build()))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("NOT_FOUND");
  }

  private void awaitHealthy() throws InterruptedException {
    java.util.concurrent.CountDownLatch healthy = new java.util.concurrent.CountDownLatch(1);
    for (int i = 0; i < 100; i++) {
      try {
        announce(first);
        return;
      } catch (StatusRuntimeException e) {
        healthy.await(100, java.util.concurrent.TimeUnit.MILLISECONDS);
      }
    }
    throw new AssertionError("the scheduler did not find Redis again");
  }

  private void report(long fingerprint, boolean probeFirst) {
    SchedulerExtGrpc.SchedulerExtBlockingStub stub = SchedulerExtGrpc.newBlockingStub(channel);
    if (probeFirst) {
      assertThat(stub.reportHoldings(probe(fingerprint)).getSendAll()).isTrue();
    }
    stub.reportHoldings(
        ReportHoldingsRequest.newBuilder()
            .setHostId(first.id().value())
            .setFingerprint(fingerprint)
            .setLast(true)
            .addHoldings(
                Holding.newBuilder()
                    .setTaskId(task.value())
                    .setPeerId(Samples.peer(first, "held-one").value())
                    .setDownload(TaskMapper.toDownload(Samples.FILE))
                    .setFacts(TaskMapper.toFacts(Samples.facts(1)))
                    .setPieces(ByteString.copyFrom(PieceBitmap.full(1).toBytes()))
                    .setFinished(true))
            .build());
  }

  private ReportHoldingsRequest probe(long fingerprint) {
    return ReportHoldingsRequest.newBuilder()
        .setHostId(first.id().value())
        .setFingerprint(fingerprint)
        .setProbe(true)
        .build();
  }

  private void announce(Host... hosts) {
    for (Host host : hosts) {
      SchedulerGrpc.newBlockingStub(channel)
          .announceHost(AnnounceHostRequest.newBuilder().setHost(HostMapper.toProto(host)).build());
    }
  }

  private static List<PeerId> ids(ScheduleDecision.Parents decision) {
    return decision.parents().stream().map(Parent::peerId).toList();
  }

  private void startServer() {
    server = TestServers.server(redis);
    server.start();
    channel = new GrpcChannels(Optional.empty()).tcp("127.0.0.1", server.port());
  }

  private void stopServer() {
    channel.shutdownNow();
    server.close();
  }
}
