package dev.dragonfly.scheduler.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.GraphContract;
import dev.dragonfly.scheduler.store.GraphUnderTest;
import dev.dragonfly.scheduler.testing.OwnRedis;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The graph in a real Redis keeps the contract. */
class RedisGraphTest implements GraphContract {
  private static OwnRedis redis;

  private final SystemTimers timers = new SystemTimers("test");
  private RedisGraph stored;

  @BeforeAll
  static void startRedis() {
    redis = OwnRedis.start();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @BeforeEach
  void open() {
    redis.command("FLUSHALL");
    stored =
        new RedisGraph(
            new RedisConfig(redis.address(), "", Optional.empty(), 0, Duration.ofSeconds(5)),
            7,
            Duration.ofHours(1),
            SystemTime.INSTANCE,
            timers,
            kind -> {});
    stored.start();
  }

  @AfterEach
  void close() {
    stored.close();
    timers.close();
  }

  @Override
  public Graph graph() {
    return stored.graph();
  }

  /** Redis has its own clock: the time really has to pass. */
  @Override
  public void pass(Duration time) throws InterruptedException {
    CountDownLatch passed = new CountDownLatch(1);
    timers.after(time.plusMillis(15), passed::countDown);
    assertThat(passed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void scriptsAreLoadedAgainWhenTheServerLostThem() {
    redis.command("SCRIPT FLUSH");
    graph().hosts().announce(Samples.host("one"), Duration.ofMinutes(1));
    assertThat(graph().hosts().list()).hasSize(1);
  }

  @Test
  void everyKeyCarriesTheClusterAndOneHashTag() {
    graph().hosts().announce(Samples.host("one"), Duration.ofMinutes(1));
    PeerRecord peer = GraphUnderTest.streaming(Samples.host("one"), "peer", Standing.FULL);
    enter(peer);
    reads(peer, Samples.facts(1));
    graph().peers().commit(peer, List.of(peer.id()));
    graph().tasks().savePieces(TASK, List.of(Samples.piece(0)));
    graph().peers().blame(TASK, peer.host().id(), Set.of(peer.host().id()), 1);
    graph().hosts().confirmHoldings(peer.host().id(), 1, LONG, LONG);
    assertThat(redis.commandLines("KEYS *"))
        .isNotEmpty()
        .allMatch(key -> key.matches("c7:\\{[^{}]+}:[a-z]+(:.*)?"), "has cluster and tag");
  }
}
