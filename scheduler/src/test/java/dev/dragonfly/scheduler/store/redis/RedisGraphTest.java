package dev.dragonfly.scheduler.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.GraphContract;
import dev.dragonfly.scheduler.store.GraphUnderTest;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The graph in a real Redis keeps the contract. */
class RedisGraphTest implements GraphContract {

  @RegisterExtension private static final StoredGraph stored = new StoredGraph(Duration.ofHours(1));

  @Override
  public Graph graph() {
    return stored.graph();
  }

  /** Redis has its own clock: the time really has to pass. */
  @Override
  public void pass(Duration time) throws InterruptedException {
    CountDownLatch passed = new CountDownLatch(1);
    stored.timers().after(time.plusMillis(15), passed::countDown);
    assertThat(passed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void scriptsAreLoadedAgainWhenTheServerLostThem() {
    stored.redis.command("SCRIPT FLUSH");
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
    assertThat(stored.redis.commandLines("KEYS *"))
        .isNotEmpty()
        .allMatch(key -> key.matches("c7:\\{[^{}]+}:[a-z]+(:.*)?"), "has cluster and tag");
  }
}
