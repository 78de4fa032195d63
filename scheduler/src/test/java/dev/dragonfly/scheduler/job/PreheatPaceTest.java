package dev.dragonfly.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.scheduler.job.PreheatOrder.Earlier;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How fast a preheat goes, what it says meanwhile, and how it ends before its time. */
class PreheatPaceTest extends PreheatFixture {
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
}
