package dev.dragonfly.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.scheduler.job.PreheatOrder.Earlier;
import dev.dragonfly.scheduler.testing.Samples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PreheatPlanTest {
  private static final List<String> URLS =
      List.of("http://origin.test/a", "http://origin.test/b", "http://origin.test/c");

  private final List<Host> seeds =
      IntStream.range(0, 4).mapToObj(n -> Samples.seed("seed-" + n, 4000 + n)).toList();
  private final List<Host> peers =
      IntStream.range(0, 20).mapToObj(n -> Samples.host("peer-" + n)).toList();
  private final List<Host> all = Stream.concat(seeds.stream(), peers.stream()).toList();

  @Test
  void aSingleSeedIsAnotherOneForEachContentButAlwaysTheSame() {
    PreheatPlan plan = PreheatPlan.of(order(PreheatScope.SINGLE_SEED_PEER), all);

    assertThat(plan.targets()).hasSize(3).extracting(Target::url).isEqualTo(URLS);
    assertThat(seeds)
        .containsAll(plan.contents().stream().flatMap(c -> c.hosts().stream()).toList());
    assertThat(PreheatPlan.of(order(PreheatScope.SINGLE_SEED_PEER), shuffled()).targets())
        .isEqualTo(plan.targets());
  }

  @Test
  void allSeedsAreSeedsAndAllPeersAreOrdinaryHosts() {
    assertThat(hosts(PreheatPlan.of(order(PreheatScope.ALL_SEED_PEERS), all)))
        .containsExactlyInAnyOrderElementsOf(seeds);
    assertThat(hosts(PreheatPlan.of(order(PreheatScope.ALL_PEERS), all)))
        .containsExactlyInAnyOrderElementsOf(peers);
  }

  @Test
  void someAreTheSameOnEverySchedulerAndOthersForOtherContents() {
    HostFilter five = new HostFilter(List.of(), OptionalInt.of(5), OptionalInt.empty());
    PreheatOrder order = SampleOrders.order(URLS, PreheatScope.ALL_PEERS, five);
    PreheatOrder other =
        SampleOrders.order(List.of("http://origin.test/z"), PreheatScope.ALL_PEERS, five);

    List<Host> drawn = hosts(PreheatPlan.of(order, all));

    assertThat(drawn).hasSize(5);
    assertThat(hosts(PreheatPlan.of(order, shuffled()))).isEqualTo(drawn);
    assertThat(hosts(PreheatPlan.of(other, all))).isNotEqualTo(drawn);
  }

  @Test
  void nobodyThereIsSaid() {
    refused(order(PreheatScope.SINGLE_SEED_PEER), peers, "no available seed peer");
    refused(order(PreheatScope.ALL_SEED_PEERS), peers, "no available seed peer");
    refused(order(PreheatScope.ALL_PEERS), seeds, "no available peer");
    HostFilter elsewhere =
        new HostFilter(List.of("10.1.1.1"), OptionalInt.empty(), OptionalInt.empty());
    refused(
        SampleOrders.order(URLS, PreheatScope.ALL_PEERS, elsewhere),
        all,
        "no peer found for ips [10.1.1.1]");
  }

  @Test
  void aTakeoverKeepsTheHostsLeavesOutWhatIsFinishedAndNamesWhoIsGone() {
    HostId gone = new HostId("10.0.0.9-gone");
    Target done = new Target(URLS.get(0), peers.get(3).id());
    Target left = new Target(URLS.get(0), peers.get(7).id());
    Target lost = new Target(URLS.get(1), gone);
    PreheatOrder order =
        SampleOrders.takeover(
            URLS, PreheatScope.ALL_PEERS, new Earlier(Set.of(done), List.of(done, left, lost)));

    PreheatPlan plan = PreheatPlan.of(order, all);

    assertThat(plan.targets()).startsWith(left, lost);
    assertThat(plan.contents().get(0).hosts()).containsExactly(peers.get(7));
    assertThat(plan.contents().get(1).hosts()).isEmpty();
    assertThat(plan.contents().get(1).gone()).containsExactly(gone);
  }

  @Test
  void aTakeoverChoosesHostsForWhatWasNeverPlanned() {
    Target known = new Target(URLS.get(0), peers.get(3).id());
    PreheatOrder order =
        SampleOrders.takeover(
            URLS, PreheatScope.ALL_PEERS, new Earlier(Set.of(known), List.of(known)));

    PreheatPlan plan = PreheatPlan.of(order, all);

    assertThat(plan.contents().get(0).hosts()).isEmpty();
    assertThat(plan.contents().get(1).hosts()).containsExactlyInAnyOrderElementsOf(peers);
    assertThat(plan.contents().get(2).hosts()).containsExactlyInAnyOrderElementsOf(peers);
  }

  @Test
  void aSingleSeedThatTookThePlaceOfThePlannedOneHasFinishedTheContent() {
    PreheatPlan before = PreheatPlan.of(order(PreheatScope.SINGLE_SEED_PEER), all);
    Host another =
        seeds.stream()
            .filter(s -> !before.contents().get(0).hosts().contains(s))
            .findFirst()
            .orElseThrow();
    Earlier earlier = new Earlier(Set.of(new Target(URLS.get(0), another.id())), before.targets());

    PreheatPlan plan =
        PreheatPlan.of(SampleOrders.takeover(URLS, PreheatScope.SINGLE_SEED_PEER, earlier), all);

    assertThat(plan.targets()).isEqualTo(before.targets().subList(1, 3));
  }

  private static PreheatOrder order(PreheatScope scope) {
    return SampleOrders.order(URLS, scope, HostFilter.ALL);
  }

  private List<Host> shuffled() {
    List<Host> other = new ArrayList<>(all);
    Collections.reverse(other);
    return other;
  }

  private static List<Host> hosts(PreheatPlan plan) {
    return plan.contents().getFirst().hosts();
  }

  private static void refused(PreheatOrder order, List<Host> live, String words) {
    assertThatThrownBy(() -> PreheatPlan.of(order, live))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining(words);
  }
}
