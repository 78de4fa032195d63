package dev.dragonfly.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.scheduler.v2.AnnounceHostRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.FakeManager;
import dev.dragonfly.common.testing.OwnRedis;
import dev.dragonfly.common.wire.HostMapper;
import dev.dragonfly.scheduler.testing.FakeSeed;
import dev.dragonfly.scheduler.testing.Samples;
import dev.dragonfly.scheduler.testing.WirePeer;
import io.grpc.ManagedChannel;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who only calls himself a seed is asked nothing and told nothing. */
class StrangerTest {
  private static final String SECRET = "Bearer of-a-caller";
  @RegisterExtension private static final OwnRedis redis = OwnRedis.start();

  private final Host node = Samples.host("node");
  private final FakeManager manager = new FakeManager();
  private final FakeSeed seed = new FakeSeed();
  private SchedulerServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    server = TestServers.server(redis, manager.port());
    server.start();
    channel = new GrpcChannels(Optional.empty()).tcp("127.0.0.1", server.port());
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    manager.close();
    seed.close();
  }

  @Test
  void aSeedThatNobodyListsIsNeverAskedAndGetsNoHeaders() throws Exception {
    manager.list("seed", "127.0.0.1", seed.port() + 1);
    announce(Samples.seed("stranger", seed.port()), node);
    assertThat(register('a')).isInstanceOf(ScheduleDecision.BackToSource.class);
    assertThat(seed.unseen()).isZero();
  }

  @Test
  void aSeedThatCallsItselfOneDoesNotReadTheSourceBesideOthers() throws Exception {
    announce(Samples.seed("stranger", seed.port()), node);
    assertThat(register('a')).isInstanceOf(ScheduleDecision.BackToSource.class);
    WirePeer stranger = peer(Samples.seed("stranger", seed.port()), 'a').say(registration('a'));
    announce(Samples.host("third"));
    assertThat(peer(Samples.host("third"), 'b').say(registration('b')).next())
        .isInstanceOf(ScheduleDecision.BackToSource.class);
    assertThat(stranger.peek()).as("it waits as an ordinary peer does").isNull();
  }

  @Test
  void aSeedIsAskedSecondsAfterTheManagerListedIt() throws Exception {
    announce(Samples.seed("seed", seed.port()), node);
    assertThat(register('0')).isInstanceOf(ScheduleDecision.BackToSource.class);

    manager.list("seed", "127.0.0.1", seed.port());

    // A cold task each time: the first ones may come before the scheduler has looked again.
    char[] digits = "123456789abcdef".toCharArray();
    for (int i = 0; i < digits.length && seed.unseen() == 0; i++) {
      peer(node, digits[i]).say(registration(digits[i]));
      FakeSeed.Asked asked = seed.poll(1);
      if (asked != null) {
        assertThat(asked.request().getDownload().getRequestHeaderMap())
            .containsEntry("authorization", SECRET);
        asked.succeed();
        return;
      }
    }
    throw new AssertionError("the seed was not asked within 15 s");
  }

  private ScheduleDecision register(char task) throws InterruptedException {
    return peer(node, task).say(registration(task)).next();
  }

  private WirePeer peer(Host host, char task) {
    return new WirePeer(channel, host, TaskIdCalculator.taskId(file(task)), "peer-" + task);
  }

  private static PeerEvent.Register registration(char task) {
    return new PeerEvent.Register(
        file(task).withRequestHeader(Map.of("authorization", SECRET)),
        TaskFacts.NONE,
        PieceBitmap.EMPTY,
        Optional.empty(),
        false,
        false,
        0,
        1);
  }

  private static TaskSpec file(char name) {
    return TaskSpec.ofUrl("http://origin.test/" + name);
  }

  private void announce(Host... hosts) {
    for (Host host : hosts) {
      SchedulerGrpc.newBlockingStub(channel)
          .announceHost(AnnounceHostRequest.newBuilder().setHost(HostMapper.toProto(host)).build());
    }
  }
}
