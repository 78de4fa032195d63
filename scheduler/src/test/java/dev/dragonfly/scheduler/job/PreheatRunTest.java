package dev.dragonfly.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.scheduler.job.PreheatListener.Outcome;
import dev.dragonfly.scheduler.job.PreheatOrder.Earlier;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.HostDirectory;
import dev.dragonfly.scheduler.store.memory.MemoryGraph;
import dev.dragonfly.scheduler.testing.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Preheats against hosts whose part the test plays. */
@Timeout(60)
class PreheatRunTest {
  private static final String A = "http://origin.test/a";
  private static final String B = "http://origin.test/b";

  private final ManualTime time = new ManualTime();
  private final Graph graph = new MemoryGraph(time).graph();
  private final ExecutorService executor = Threads.newVirtualExecutor("test-preheat");
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final BlockingQueue<Ordered> orders = new LinkedBlockingQueue<>();
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
  private final CompletableFuture<Tally.Counts> ended = new CompletableFuture<>();
  private boolean headersToPeers;

  /** An order that a host got. */
  private record Ordered(
      Host host,
      TaskSpec content,
      boolean trusted,
      DownloadListener listener,
      CompletableFuture<Void> answer) {
    void succeed() {
      answer.complete(null);
    }

    void fail(ErrorCode code, String words) {
      answer.completeExceptionally(new DragonflyException(code, words));
    }
  }

  private record Progress(Target target, long finished, long length) {}

  private final PreheatListener listener =
      new PreheatListener() {
        @Override
        public void planned(PreheatPlan plan) {
          heard.add(plan);
        }

        @Override
        public void progressed(Target target, long finished, long length) {
          heard.add(new Progress(target, finished, length));
        }

        @Override
        public void ended(Outcome outcome) {
          heard.add(outcome);
        }
      };

  @BeforeEach
  void start() {
    announce(Samples.seed("seed-0", 4000), Samples.seed("seed-1", 4001));
  }

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void theNextSeedIsAskedWhenOneFailsAndTheOutcomeNamesTheOneThatHoldsIt() throws Exception {
    begin(SampleOrders.order(List.of(A), PreheatScope.SINGLE_SEED_PEER, HostFilter.ALL));
    PreheatPlan plan = (PreheatPlan) heard();
    Ordered first = ordered();
    assertThat(plan.targets()).containsExactly(new Target(A, first.host().id()));
    first.fail(ErrorCode.SOURCE_FAILED, "the source says 503");

    Ordered second = ordered();
    assertThat(second.host()).isNotEqualTo(first.host());
    second.listener().started(8 << 20, false);
    second.listener().piece(0, 4 << 20, true);
    second.listener().piece(1, 4 << 20, false);
    second.succeed();

    Outcome outcome = outcome();
    assertThat(outcome.target()).isEqualTo(new Target(A, second.host().id()));
    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.contentLength()).isEqualTo(8 << 20);
    assertThat(outcome.originBytes()).isEqualTo(4 << 20);
    Outcome planned = outcome();
    assertThat(planned.target()).isEqualTo(new Target(A, first.host().id()));
    assertThat(planned.failure().orElseThrow()).contains("SOURCE_FAILED: the source says 503");
    assertThat(counts()).isEqualTo(new Tally.Counts(1, 1, 4 << 20));
  }

  @Test
  void aContentThatNoSeedGotTellsWhatEachSaid() throws Exception {
    begin(SampleOrders.order(List.of(A), PreheatScope.SINGLE_SEED_PEER, HostFilter.ALL));
    Ordered first = ordered();
    first.fail(ErrorCode.SOURCE_NOT_FOUND, "the source says 404");
    Ordered second = ordered();
    second.fail(ErrorCode.UNAVAILABLE, "connection refused");

    Outcome one = outcome();
    assertThat(one.target().host()).isEqualTo(first.host().id());
    assertThat(one.failure().orElseThrow())
        .contains(A, first.host().id().value(), "SOURCE_NOT_FOUND: the source says 404");
    Outcome two = outcome();
    assertThat(two.target().host()).isEqualTo(second.host().id());
    assertThat(two.failure().orElseThrow()).contains("UNAVAILABLE: connection refused");
    assertThat(counts().failed()).isEqualTo(2);
    assertThat(registry.counter("dragonfly_scheduler_preheats", "outcome", "failed").count())
        .isEqualTo(1);
  }

  @Test
  void ordinaryHostsAreOrderedWhenASeedKnowsWhatItReads() throws Exception {
    announce(Samples.host("one"), Samples.host("two"));
    begin(SampleOrders.order(List.of(A), PreheatScope.ALL_PEERS, HostFilter.ALL));
    Ordered seed = ordered();
    assertThat(seed.host().type().isSeed()).isTrue();
    assertThat(orders.poll(100, TimeUnit.MILLISECONDS)).as("before the seed has begun").isNull();
    seed.listener().started(0, false);

    List<Ordered> peers = List.of(ordered(), ordered());
    assertThat(peers)
        .extracting(peer -> peer.host().hostname())
        .containsExactlyInAnyOrder("one", "two");
    peers.forEach(Ordered::succeed);

    assertThat(List.of(outcome(), outcome()))
        .allMatch(outcome -> outcome.failure().isEmpty())
        .allMatch(outcome -> outcome.originBytes() == 0);
    assertThat(counts().succeeded()).isEqualTo(2);
  }

  @Test
  void whenAllSeedsFailOrdinaryHostsAreOrderedAllTheSameAndSayWhyItCameSo() throws Exception {
    announce(Samples.host("one"));
    begin(SampleOrders.order(List.of(A), PreheatScope.ALL_PEERS, HostFilter.ALL));
    ordered().fail(ErrorCode.SOURCE_FORBIDDEN, "the source says 403");
    ordered().fail(ErrorCode.SOURCE_FORBIDDEN, "the source says 403 again");
    ordered().fail(ErrorCode.FAILED_PRECONDITION, "nobody has it");

    assertThat(outcome().failure().orElseThrow())
        .contains("nobody has it", "seeds before", "403 again");
  }

  @Test
  void theFirstSeedLeadsTheOthers() throws Exception {
    announce(Samples.seed("seed-2", 4002));
    begin(SampleOrders.order(List.of(A), PreheatScope.ALL_SEED_PEERS, HostFilter.ALL));
    Ordered first = ordered();
    assertThat(orders.poll(100, TimeUnit.MILLISECONDS)).isNull();
    first.listener().started(1, false);
    ordered().succeed();
    ordered().succeed();
    first.succeed();

    assertThat(counts().succeeded()).isEqualTo(3);
  }

  @Test
  void upstreamsHostsHaveAReaderOfTheirOwnTask() throws Exception {
    String blob = "https://registry.test/v2/app/blobs/sha256:" + "ab".repeat(32);
    announce(Samples.host("ours"), Samples.upstream("theirs"));
    begin(SampleOrders.order(List.of(blob), PreheatScope.ALL_PEERS, HostFilter.ALL));
    List<Boolean> byDigest = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Ordered next = ordered();
      byDigest.add(next.content().idFromBlobDigest());
      next.succeed();
    }
    assertThat(counts().succeeded()).isEqualTo(2);
    assertThat(byDigest.subList(0, 2)).isIn(List.of(true, true), List.of(false, false));
    assertThat(byDigest).contains(true, false);
  }

  @Test
  void whatOpensTheSourceIsGivenToListedSeedsOnly() throws Exception {
    announce(Samples.host("one"));
    begin(SampleOrders.secret(List.of(A), PreheatScope.ALL_PEERS));
    Ordered seed = ordered();
    assertThat(seed.trusted()).isTrue();
    seed.succeed();
    Ordered peer = ordered();
    assertThat(peer.trusted()).isFalse();
    peer.succeed();
    counts();
  }

  @Test
  void withoutASeedNobodyIsGivenItUnlessTheConfigurationSaysSo() throws Exception {
    graph.hosts().seeds().forEach(seed -> graph.hosts().delete(seed.id()));
    announce(Samples.host("one"));
    assertThatThrownBy(() -> begin(SampleOrders.secret(List.of(A), PreheatScope.ALL_PEERS)))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining("security.headersToPeers");
    headersToPeers = true;
    begin(SampleOrders.secret(List.of(A), PreheatScope.ALL_PEERS));
    Ordered peer = ordered();
    assertThat(peer.trusted()).isTrue();
    peer.succeed();
    counts();
  }

  @Test
  void noMoreContentsAndHostsAreAskedAtOnceThanTheOrderSays() throws Exception {
    announce(IntStream.range(0, 5).mapToObj(n -> Samples.host("p" + n)).toArray(Host[]::new));
    begin(SampleOrders.paced(List.of(A, B), PreheatScope.ALL_PEERS, 1, 2));
    for (String url : List.of(A, B)) {
      ordered().listener().started(1, false);
      for (int left = 5; left > 0; left -= 2) {
        List<Ordered> now = new ArrayList<>();
        for (int i = 0; i < Math.min(2, left); i++) {
          now.add(ordered());
        }
        assertThat(orders.poll(50, TimeUnit.MILLISECONDS)).as("two at once of " + url).isNull();
        assertThat(now).allMatch(order -> order.content().url().equals(url));
        now.forEach(Ordered::succeed);
      }
    }
    assertThat(counts().succeeded()).isEqualTo(10);
  }

  @Test
  void progressIsToldOnceASecondAndAPieceCountsOnce() throws Exception {
    begin(SampleOrders.order(List.of(A), PreheatScope.SINGLE_SEED_PEER, HostFilter.ALL));
    Ordered seed = ordered();
    Target target = new Target(A, seed.host().id());
    assertThat(heard()).isInstanceOf(PreheatPlan.class);
    seed.listener().started(100, false);
    assertThat(heard()).isEqualTo(new Progress(target, 0, 100));
    seed.listener().piece(0, 10, true);
    seed.listener().piece(0, 10, true);
    seed.listener().piece(-1, 10, true);
    time.advance(Duration.ofSeconds(1));
    seed.listener().piece(1, 10, true);
    assertThat(heard()).isEqualTo(new Progress(target, 20, 100));
    seed.succeed();
    assertThat(outcome().originBytes()).isEqualTo(20);
  }

  @Test
  void aHostThatHadEverythingSaysNoLengthAndTheGraphKnowsIt() throws Exception {
    begin(
        SampleOrders.order(
            List.of(Samples.FILE.url()), PreheatScope.SINGLE_SEED_PEER, HostFilter.ALL));
    Ordered seed = ordered();
    graph.tasks().heal(TaskIdCalculator.taskId(Samples.FILE), Samples.FILE, Samples.facts(3));
    seed.succeed();
    assertThat(outcome().contentLength()).isEqualTo(3 * Samples.PIECE_LENGTH);
  }

  @Test
  void aBusyHostIsAskedAgainAfterAPause() throws Exception {
    begin(SampleOrders.order(List.of(A), PreheatScope.SINGLE_SEED_PEER, HostFilter.ALL));
    Ordered busy = ordered();
    busy.fail(ErrorCode.RESOURCE_EXHAUSTED, "as much as it may");
    awaitTimer();
    assertThat(orders).isEmpty();
    time.advance(Duration.ofSeconds(1));
    Ordered again = ordered();
    assertThat(again.host()).isEqualTo(busy.host());
    again.succeed();
    assertThat(outcome().failure()).isEmpty();
  }

  @Test
  void whatIsNotFinishedInTimeSaysSo() throws Exception {
    announce(Samples.host("p"));
    begin(SampleOrders.paced(List.of(A), PreheatScope.ALL_PEERS, 8, 8));
    ordered().listener().started(1, false);
    Ordered hangs = ordered();
    time.advance(Duration.ofMinutes(10));
    assertThat(outcome().failure().orElseThrow()).contains("not finished within PT10M");
    assertThat(hangs.answer()).isCancelled();
    assertThat(counts().failed()).isEqualTo(1);
  }

  @Test
  void cancellingBeginsNothingMoreAndWaitsForNothingMore() throws Exception {
    PreheatRun run = begin(SampleOrders.paced(List.of(A, B), PreheatScope.SINGLE_SEED_PEER, 1, 1));
    Ordered first = ordered();
    run.cancel("the caller has gone");
    assertThat(outcome().failure().orElseThrow())
        .contains("no longer waited for: the caller has gone");
    // An order that is on its way when the run is cancelled is given up once it is waited for.
    assertThat(first.answer()).isCancelled();
    assertThat(outcome().failure().orElseThrow()).contains("not begun: the caller has gone");
    assertThat(counts()).isEqualTo(new Tally.Counts(0, 2, 0));
    assertThat(orders).isEmpty();
  }

  @Test
  void aTakeoverOrdersOnlyWhatIsLeftAndReportsOnlyThat() throws Exception {
    Host one = Samples.host("one");
    Host two = Samples.host("two");
    announce(one, two);
    Target done = new Target(A, one.id());
    Target left = new Target(A, two.id());
    Target gone = new Target(B, new HostId("10.0.0.9-gone"));
    begin(
        SampleOrders.takeover(
            List.of(A, B),
            PreheatScope.ALL_PEERS,
            new Earlier(Set.of(done), List.of(done, left, gone))));
    assertThat(((PreheatPlan) heard()).targets()).containsExactly(left, gone);
    ordered().succeed();
    Ordered peer = ordered();
    assertThat(peer.host()).isEqualTo(two);
    peer.succeed();
    assertThat(List.of(outcome(), outcome()))
        .anyMatch(o -> o.target().equals(left) && o.failure().isEmpty())
        .anyMatch(o ->
            o.target().equals(gone) && o.failure().orElse("").contains("not announced any more"));
    counts();
    assertThat(orders).isEmpty();
  }

  private void announce(Host... hosts) {
    for (Host host : hosts) {
      graph.hosts().announce(host, Duration.ofDays(10));
    }
  }

  private PreheatRun begin(PreheatOrder order) {
    PreheatServices services =
        new PreheatServices(
            new HostDirectory(graph.hosts(), time, host -> true),
            graph.tasks(),
            headersToPeers,
            Duration.ofHours(10),
            time,
            time,
            executor);
    return new Preheats(services, new PreheatMetrics(registry))
        .begin(
            order,
            (host, content, trusted, hears) -> {
              CompletableFuture<Void> answer = new CompletableFuture<>();
              orders.add(new Ordered(host, content, trusted, hears, answer));
              return answer;
            },
            listener,
            ended::complete);
  }

  private Ordered ordered() throws InterruptedException {
    Ordered next = orders.poll(15, TimeUnit.SECONDS);
    assertThat(next).as("another order").isNotNull();
    return next;
  }

  private Object heard() throws InterruptedException {
    Object next = heard.poll(15, TimeUnit.SECONDS);
    assertThat(next).as("something is heard").isNotNull();
    return next;
  }

  private Outcome outcome() throws InterruptedException {
    for (Object next = heard(); ; next = heard()) {
      if (next instanceof Outcome outcome) {
        return outcome;
      }
    }
  }

  private Tally.Counts counts() throws Exception {
    return ended.get(15, TimeUnit.SECONDS);
  }

  /** The pause is set by another thread. */
  private void awaitTimer() {
    while (time.pendingTimers() == 0) {
      Thread.onSpinWait();
    }
  }
}
