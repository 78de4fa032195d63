package dev.dragonfly.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.scheduler.job.PreheatListener.Outcome;
import dev.dragonfly.scheduler.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which hosts a preheat orders, and what becomes of what each was ordered. */
class PreheatRunTest extends PreheatFixture {
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
  void aHostThatHadEverythingSaysNoLengthAndTheGraphKnowsIt() throws Exception {
    begin(
        SampleOrders.order(
            List.of(Samples.FILE.url()), PreheatScope.SINGLE_SEED_PEER, HostFilter.ALL));
    Ordered seed = ordered();
    graph.tasks().heal(TaskIdCalculator.taskId(Samples.FILE), Samples.FILE, Samples.facts(3));
    seed.succeed();
    assertThat(outcome().contentLength()).isEqualTo(3 * Samples.PIECE_LENGTH);
  }
}
