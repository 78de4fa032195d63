package dev.dragonfly.manager.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RunningManager;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who is alive, by the clock of the database, whose rows the test makes older. */
@ExtendWith(RunningManager.Extension.class)
final class KeepAlivesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final InstanceKey SCHEDULER =
      new InstanceKey(InstanceKind.SCHEDULER, "s1", "127.0.0.1", 1);
  private static final InstanceKey SEED_PEER =
      new InstanceKey(InstanceKind.SEED_PEER, "p1", "127.0.0.1", 1);

  private final RunningManager running;
  private final KeepAlives keepAlives;
  private final Registrations registrations;
  private final SchedulerStore schedulers;

  KeepAlivesTest(RunningManager running) {
    this.running = running;
    this.keepAlives = running.bean(KeepAlives.class);
    this.registrations = running.bean(Registrations.class);
    this.schedulers = running.bean(SchedulerStore.class);
  }

  @BeforeEach
  void oneScheduler() {
    running.clear();
    register("{}");
  }

  @Test
  void theFirstMessageMakesActiveAndTheEndInactive() {
    assertThat(state()).isEqualTo(InstanceState.INACTIVE);
    KeepAlive stream = begin();
    assertThat(state()).isEqualTo(InstanceState.ACTIVE);
    assertThat(scheduler().lastKeepAliveAt()).isPresent();
    keepAlives.end(stream);
    assertThat(state()).isEqualTo(InstanceState.INACTIVE);
  }

  @Test
  void whoNeverRegisteredCannotBeKeptAlive() {
    assertThat(keepAlives.begin(new InstanceKey(InstanceKind.SCHEDULER, "s2", "127.0.0.1", 1)))
        .isEmpty();
    assertThat(keepAlives.begin(new InstanceKey(InstanceKind.SCHEDULER, "s1", "127.0.0.2", 1)))
        .isEmpty();
    assertThat(keepAlives.begin(new InstanceKey(InstanceKind.SCHEDULER, "s1", "", 1))).isPresent();
  }

  @Test
  void theEndOfAnOlderStreamDoesNotEndTheNewerOne() {
    KeepAlive older = begin();
    KeepAlive newer = begin();
    keepAlives.end(older);
    assertThat(state()).isEqualTo(InstanceState.ACTIVE);
    keepAlives.end(newer);
    assertThat(state()).isEqualTo(InstanceState.INACTIVE);
  }

  @Test
  void anOlderStreamThatStillSpeaksTakesOverWhenTheNewerOneHasEnded() {
    KeepAlive older = begin();
    keepAlives.end(begin());
    Optional<KeepAlive> goingOn = keepAlives.refresh(older);
    assertThat(state()).isEqualTo(InstanceState.ACTIVE);
    assertThat(goingOn).get().isNotEqualTo(older);
    keepAlives.end(goingOn.orElseThrow());
    assertThat(state()).isEqualTo(InstanceState.INACTIVE);
  }

  @Test
  void silenceBeyondTheTimeoutMakesInactiveAndTheNextMessageActiveAgain() {
    KeepAlive stream = begin();
    running.silence(TIMEOUT.minusSeconds(6));
    assertThat(keepAlives.refresh(stream)).contains(stream);
    running.silence(TIMEOUT.minusSeconds(6));
    assertThat(keepAlives.expire(TIMEOUT)).isZero();
    running.silence(TIMEOUT);
    keepAlives.expire(TIMEOUT);
    assertThat(state()).isEqualTo(InstanceState.INACTIVE);
    assertThat(keepAlives.refresh(stream)).contains(stream);
    assertThat(state()).isEqualTo(InstanceState.ACTIVE);
  }

  @Test
  void whoAnnouncedALongerIntervalMayBeSilentForThreeOfThese() {
    register("{\"manager_keep_alive_interval\":60000000000}");
    begin();
    running.silence(Duration.ofSeconds(170));
    keepAlives.expire(TIMEOUT);
    assertThat(state()).isEqualTo(InstanceState.ACTIVE);
    running.silence(Duration.ofSeconds(11));
    keepAlives.expire(TIMEOUT);
    assertThat(state()).isEqualTo(InstanceState.INACTIVE);
  }

  @Test
  void aRemovedRowComesBackWithTheNextMessagePortIncluded() {
    KeepAlive stream = begin();
    registrations.remove(SCHEDULER);
    assertThat(schedulers.find("s1", 1)).isEmpty();
    assertThat(schedulers.findAllByOrderById()).isEmpty();
    assertThat(keepAlives.refresh(stream)).contains(stream);
    assertThat(scheduler().port()).isEqualTo(8002);
    registrations.remove(SCHEDULER);
    begin();
    assertThat(state()).isEqualTo(InstanceState.ACTIVE);
  }

  @Test
  void seedPeersAreKeptAliveLikewise() {
    SeedPeerStore seedPeers = running.bean(SeedPeerStore.class);
    registrations.register(new SeedPeerRegistration(SEED_PEER, "super", 8101, 8103, "", ""));
    assertThat(seedPeers.activeInClusters(List.of(1L))).hasSize(1);
    keepAlives.end(keepAlives.begin(SEED_PEER).orElseThrow());
    assertThat(seedPeers.activeInClusters(List.of(1L))).isEmpty();
    keepAlives.begin(SEED_PEER);
    running.silence(TIMEOUT.plusSeconds(1));
    keepAlives.expire(TIMEOUT);
    assertThat(seedPeers.activeInClusters(List.of(1L))).isEmpty();
  }

  @Test
  void whoWasSilentForVeryLongOrRemovedLongAgoIsForgotten() {
    registrations.register(new SeedPeerRegistration(SEED_PEER, "super", 8101, 8103, "", ""));
    keepAlives.end(keepAlives.begin(SEED_PEER).orElseThrow());
    keepAlives.end(begin());
    registrations.remove(SCHEDULER);
    assertThat(keepAlives.forget(Duration.ofDays(30))).isZero();
    age(Duration.ofDays(29));
    assertThat(keepAlives.forget(Duration.ofDays(30))).isZero();
    age(Duration.ofDays(2));
    assertThat(keepAlives.forget(Duration.ofDays(30))).isEqualTo(2);
    assertThat(keepAlives.begin(SCHEDULER)).isEmpty();
  }

  @Test
  void whoIsAliveIsNeverForgottenHoweverOldItsRow() {
    begin();
    age(Duration.ofDays(365));
    assertThat(keepAlives.forget(Duration.ofDays(30))).isZero();
  }

  /** Lets so much time pass for what the rows say. */
  private void age(Duration length) {
    running.silence(length);
    for (String table : List.of("schedulers", "seed_peers")) {
      running
          .bean(JdbcClient.class)
          .sql("UPDATE %s SET updated_at = updated_at - :days * interval '1 day'".formatted(table))
          .param("days", length.toDays())
          .update();
    }
  }

  private void register(String config) {
    registrations.register(
        new SchedulerRegistration(
            SCHEDULER, 8002, "", "", List.of("schedule"), JsonDocument.parse(config)));
  }

  private KeepAlive begin() {
    return keepAlives.begin(SCHEDULER).orElseThrow();
  }

  private SchedulerRow scheduler() {
    return schedulers.find("s1", 1).orElseThrow();
  }

  private InstanceState state() {
    return scheduler().state();
  }
}
