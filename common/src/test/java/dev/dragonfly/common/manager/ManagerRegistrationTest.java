package dev.dragonfly.common.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.manager.v2.KeepAliveRequest;
import dev.dragonfly.api.manager.v2.SourceType;
import dev.dragonfly.api.manager.v2.UpdateSchedulerRequest;
import dev.dragonfly.api.manager.v2.UpdateSeedPeerRequest;
import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.testing.FakeManager;
import dev.dragonfly.common.testing.ManualTime;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagerRegistrationTest {
  private static final Duration BEAT = Duration.ofSeconds(5);
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final Member.Place PLACE =
      new Member.Place("one", "10.0.0.5", 4000, 2, Optional.of("dc1"), Optional.empty());
  private static final Member SEED = new Member.Seed(PLACE, 4005, BEAT);

  private final ManualTime time = new ManualTime();
  private final FakeManager manager = new FakeManager();
  private final ManagedChannel channel =
      new GrpcChannels(Optional.empty()).tcp("127.0.0.1", manager.port());
  private final Semaphore taken = new Semaphore(0);
  private final ManagerRegistration registration = registration(SEED);

  @AfterEach
  void close() {
    registration.close();
    channel.shutdownNow();
    manager.close();
  }

  @Test
  void aSeedRegistersWithItsTokenThenBeats() throws Exception {
    registration.start();
    UpdateSeedPeerRequest update = (UpdateSeedPeerRequest) manager.next();
    assertThat(update.getType()).isEqualTo("super");
    assertThat(update.getIdc()).isEqualTo("dc1");
    assertThat(update.getDownloadPort()).isEqualTo(4005);
    assertThat(update.getSeedPeerClusterId()).isEqualTo(2);
    KeepAliveRequest first = (KeepAliveRequest) manager.next();
    assertThat(first.getSourceType()).isEqualTo(SourceType.SEED_PEER_SOURCE);
    assertThat(first.getIp()).isEqualTo("10.0.0.5");
    awaitTaken();

    time.advance(BEAT);

    assertThat(manager.next()).isEqualTo(first);
    assertThat(manager.tokens).containsExactly(TOKEN, TOKEN);
    assertThat(registration.isAlive()).isTrue();
  }

  @Test
  void aSchedulerTellsHowOftenItWillBeat() throws Exception {
    try (ManagerRegistration scheduler = registration(new Member.Scheduler(PLACE, BEAT))) {
      scheduler.start();
      UpdateSchedulerRequest update = (UpdateSchedulerRequest) manager.next();
      assertThat(update.getSchedulerClusterId()).isEqualTo(2);
      assertThat(update.getConfig().toStringUtf8())
          .isEqualTo("{\"manager_keep_alive_interval\":5000000000}");
      assertThat(((KeepAliveRequest) manager.next()).getSourceType())
          .isEqualTo(SourceType.SCHEDULER_SOURCE);
    }
  }

  @Test
  void triesForEverWhileTheManagerRefuses() throws Exception {
    manager.refuse(Status.UNAUTHENTICATED.withDescription("set manager.joinToken"));
    registration.start();
    manager.next();
    for (int i = 0; i < 10; i++) {
      awaitNextTry();
      assertThat(manager.next()).isInstanceOf(UpdateSeedPeerRequest.class);
    }
    assertThat(registration.isAlive()).isFalse();

    manager.refuse(null);
    awaitNextTry();

    assertThat(manager.next()).isInstanceOf(UpdateSeedPeerRequest.class);
    assertThat(manager.next()).isInstanceOf(KeepAliveRequest.class);
  }

  @Test
  void registersAgainWhenTheManagerEndsTheStream() throws Exception {
    registration.start();
    manager.next();
    manager.next();
    awaitTaken();

    manager.endStreams(Status.INTERNAL.withDescription("record not found"));
    awaitNextTry();

    assertThat(manager.next()).isInstanceOf(UpdateSeedPeerRequest.class);
    assertThat(manager.next()).isInstanceOf(KeepAliveRequest.class);
  }

  @Test
  void saysGoodbyeWhenItIsClosedAndNothingMore() throws Exception {
    registration.start();
    manager.next();
    manager.next();
    awaitTaken();

    registration.close();
    time.advance(Duration.ofMinutes(5));

    assertThat(manager.next()).isEqualTo("left");
    assertThat(manager.received).isEmpty();
    assertThat(registration.isAlive()).isFalse();
  }

  private ManagerRegistration registration(Member member) {
    return new ManagerRegistration(
        new ManagerLink(channel, Optional.of(JoinToken.of(Secret.of(TOKEN))), member),
        taken::release,
        time,
        time,
        new Random(1));
  }

  private void awaitTaken() throws InterruptedException {
    assertThat(taken.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
  }

  /** The timer is set just after what the test saw: time goes on until the manager is asked. */
  private void awaitNextTry() throws InterruptedException {
    Semaphore never = new Semaphore(0);
    for (int i = 0; i < 1000 && manager.received.isEmpty(); i++) {
      time.advance(Duration.ofSeconds(30));
      assertThat(never.tryAcquire(10, TimeUnit.MILLISECONDS)).isFalse();
    }
  }
}
