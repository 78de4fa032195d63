package dev.dragonfly.scheduler.store.redis;

import static dev.dragonfly.scheduler.store.GraphUnderTest.TASK;
import static dev.dragonfly.scheduler.store.GraphUnderTest.holder;
import static dev.dragonfly.scheduler.store.GraphUnderTest.record;
import static dev.dragonfly.scheduler.store.GraphUnderTest.streaming;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.GraphUnderTest;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What only a real Redis can show: how long keys live, and what is said when it is in trouble. */
class RedisLifeTest implements GraphUnderTest {
  private static final long MINUTES = Duration.ofMinutes(11).toMillis();
  private static final long DAYS = Duration.ofDays(29).toMillis();
  private static final String PREFIX = "c7:{" + TASK.value() + "}:";

  @RegisterExtension private static final StoredGraph stored = new StoredGraph(Duration.ofDays(30));

  private final Host host = Samples.host("one");

  @Override
  public Graph graph() {
    return stored.graph();
  }

  @Override
  public void pass(Duration time) {
    throw new UnsupportedOperationException("no test of this class waits for " + time);
  }

  @Test
  void aTaskThatNobodyHoldsIsGoneInMinutesAndOneThatIsHeldStays() {
    enter(streaming(host, "peer", Standing.NONE));
    assertLives(0, MINUTES);
    reads(streaming(host, "peer", Standing.PARTIAL), Samples.facts(2));
    graph().peers().save(streaming(host, "peer", Standing.PARTIAL));
    assertLives(0, MINUTES);
    graph().peers().save(holder(host, "peer", Standing.FULL));
    assertLives(DAYS, Long.MAX_VALUE);
  }

  @Test
  void aFailedTaskIsGoneInMinutes() {
    enter(holder(host, "held", Standing.FULL));
    assertLives(DAYS, Long.MAX_VALUE);
    enter(streaming(host, "peer", Standing.PARTIAL));
    graph().peers().save(failed("peer"));
    assertLives(0, MINUTES);
  }

  @Test
  void aTaskWhoseHolderLeftIsGoneInMinutes() {
    enter(holder(host, "held", Standing.FULL));
    graph().peers().deleteHost(host.id(), List.of(TASK));
    assertLives(0, MINUTES);
  }

  @Test
  void whatIsKnownOfAHostLivesAsLongAsItsPeers() {
    enter(holder(host, "held", Standing.FULL));
    stored.redis.command("PEXPIRE " + PREFIX + "on:" + host.id() + " 1000");
    graph().peers().save(holder(host, "held", Standing.FULL));
    assertThat(lives(PREFIX + "on:" + host.id())).isGreaterThan(DAYS);
  }

  @Test
  void twoHundredDownloadsOfAHostLeaveTheKeysOfOnePeer() {
    for (int i = 0; i < 200; i++) {
      enter(streaming(host, "range-" + i, Standing.NONE));
      graph().peers().save(holder(host, "range-" + i, Standing.PARTIAL));
    }
    assertThat(stored.redis.commandLines("KEYS *peer:*"))
        .containsExactly(PREFIX + "peer:range-199");
    assertThat(stored.redis.commandLines("SMEMBERS " + PREFIX + "on:" + host.id()))
        .containsExactly("range-199");
  }

  @Test
  void aDeletedPeerIsRememberedForMinutesAndOnlyWhereAStreamSpokeForIt() {
    enter(streaming(host, "live", Standing.PARTIAL));
    graph().peers().delete(TASK, streaming(host, "live", Standing.PARTIAL).id());
    assertThat(lives(PREFIX + "peer:live")).isBetween(1L, LONG.toMillis() + MINUTES);
    enter(streaming(host, "failed", Standing.NONE));
    graph().peers().save(failed("failed"));
    graph().peers().delete(TASK, failed("failed").id());
    enter(holder(host, "held", Standing.FULL));
    graph().peers().delete(TASK, holder(host, "held", Standing.FULL).id());
    assertThat(stored.redis.commandLines("KEYS *peer:*")).containsExactly(PREFIX + "peer:live");
  }

  @Test
  void epochsGoOnWhenTheirKeysAreLost() {
    long seed = graph().leases().acquireSeed(TASK, LONG).orElseThrow();
    PeerRecord peer = streaming(host, "peer", Standing.NONE);
    long slot = graph().leases().claimSlot(TASK, peer.id(), 1, LONG).orElseThrow();
    stored.redis.command("FLUSHALL");
    assertThat(graph().leases().acquireSeed(TASK, LONG).orElseThrow()).isGreaterThan(seed);
    assertThat(graph().leases().claimSlot(TASK, peer.id(), 1, LONG).orElseThrow())
        .isGreaterThan(slot);
  }

  @Test
  void whatEndsTooFarAheadWasWrittenBeforeTheClockWasSetBack() {
    PeerRecord peer = streaming(host, "peer", Standing.PARTIAL);
    enter(peer);
    graph().leases().claimSlot(TASK, peer.id(), 1, LONG);
    long ahead = System.currentTimeMillis() + Duration.ofDays(1).toMillis();
    stored.redis.command("ZADD " + PREFIX + "lease " + ahead + " peer");
    stored.redis.command("ZADD " + PREFIX + "slots " + ahead + " peer");
    assertThat(offered()).isEmpty();
    assertThat(look().sourceReaders()).isEmpty();
    assertThat(graph().leases().claimSlot(TASK, failed("other").id(), 1, LONG)).isPresent();
    graph().peers().save(peer);
    assertThat(offered()).containsExactly(peer.id());
  }

  @Test
  void whatAnotherVersionWroteIsSkipped() {
    PeerRecord good = holder(host, "good", Standing.FULL);
    enter(good);
    enter(holder(Samples.host("two"), "strange", Standing.FULL));
    stored.redis.command("HSET " + PREFIX + "full strange xyz");
    stored.redis.command("HSET " + PREFIX + "task field-of-tomorrow 1");
    assertThat(offered()).containsExactly(good.id());
    assertThat(look().task()).isPresent();
    stored.redis.command("HSET " + PREFIX + "task facts xyz");
    assertThat(look().task()).isEmpty();
    assertThat(offered()).containsExactly(good.id());
  }

  @Test
  void aServerThatIsFullOrReadOnlyIsNotUp() throws Exception {
    stored.redis.command("CONFIG SET maxmemory 1");
    await(() -> !stored.isUp());
    assertCode(ErrorCode.UNAVAILABLE);
    assertThat(stored.errors).contains("refused");
    stored.redis.command("CONFIG SET maxmemory 0");
    await(stored::isUp);
    stored.redis.command("CONFIG SET min-replicas-to-write 3");
    await(() -> !stored.isUp());
    stored.redis.command("CONFIG SET min-replicas-to-write 0");
    await(stored::isUp);
  }

  @Test
  void aFaultOfAScriptIsNotTriedAgain() {
    stored.redis.command("SET " + PREFIX + "task text");
    assertCode(ErrorCode.INTERNAL);
    assertThat(stored.errors).containsExactly("fault");
  }

  private void assertCode(ErrorCode code) {
    assertThatThrownBy(() -> graph().tasks().heal(TASK, SPEC, TaskFacts.NONE))
        .isInstanceOf(DragonflyException.class)
        .extracting(e -> ((DragonflyException) e).code())
        .isEqualTo(code);
  }

  private void await(BooleanSupplier condition) throws InterruptedException {
    CountDownLatch met = new CountDownLatch(1);
    Timers.Timer timer =
        stored
            .timers()
            .every(
                Duration.ofMillis(20),
                () -> {
                  if (condition.getAsBoolean()) {
                    met.countDown();
                  }
                });
    assertThat(met.await(20, TimeUnit.SECONDS)).isTrue();
    timer.cancel();
  }

  /** Every key of the task. */
  private void assertLives(long least, long most) {
    for (String key : List.of("task", "lease", "keys", "full", "part")) {
      if (!stored.redis.command("EXISTS " + PREFIX + key).equals(":0")) {
        assertThat(lives(PREFIX + key)).as(key).isBetween(least, most);
      }
    }
    assertThat(lives(PREFIX + "task")).isPositive();
  }

  private static long lives(String key) {
    return Long.parseLong(stored.redis.command("PTTL " + key).substring(1));
  }

  private PeerRecord failed(String name) {
    return record(host, name, Standing.NONE, PeerState.FAILED, Optional.of(LONG), "stream-" + name);
  }
}
