package dev.dragonfly.scheduler.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.store.HostStore.Unreported;
import dev.dragonfly.scheduler.testing.Samples;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the graph keeps of hosts and of their reports. */
interface HostContract extends GraphUnderTest {
  Host ONE = Samples.host("one");
  TaskId OTHER = Samples.task('d');

  @Test
  default void aHostIsFoundUntilItFallsSilent() throws Exception {
    graph().hosts().announce(ONE, SHORT);
    assertThat(graph().hosts().find(ONE.id())).contains(ONE);
    assertThat(graph().hosts().list()).containsExactly(ONE);
    assertThat(graph().hosts().count()).isEqualTo(1);
    pass(SHORT);
    assertThat(graph().hosts().count()).isZero();
    assertThat(graph().hosts().find(ONE.id())).isEmpty();
    assertThat(graph().hosts().list()).isEmpty();
    assertThat(graph().hosts().expired(10)).containsExactly(ONE.id());
    graph().hosts().delete(ONE.id());
    assertThat(graph().hosts().expired(10)).isEmpty();
  }

  @Test
  default void whoTakesPartInATaskIsFoundWhileHeLivesAndUntilHeParts() throws Exception {
    Host other = Samples.host("other");
    graph().hosts().announce(ONE, SHORT);
    graph().hosts().announce(other, LONG);
    graph().hosts().join(ONE.id(), TASK);
    graph().hosts().join(other.id(), TASK);
    assertThat(graph().hosts().participants(TASK)).containsExactlyInAnyOrder(ONE, other);
    assertThat(graph().hosts().participants(OTHER)).isEmpty();
    pass(SHORT);
    assertThat(graph().hosts().participants(TASK)).containsExactly(other);
    graph().hosts().part(other.id(), List.of(TASK));
    assertThat(graph().hosts().participants(TASK)).isEmpty();
  }

  @Test
  default void seedsAreListedAmongTheSeedsOnly() {
    Host seed = Samples.seed("seed", 4001);
    graph().hosts().announce(ONE, LONG);
    graph().hosts().announce(seed, LONG);
    assertThat(graph().hosts().seeds()).containsExactly(seed);
    assertThat(graph().hosts().delete(seed.id())).isTrue();
    assertThat(graph().hosts().delete(seed.id())).isFalse();
    assertThat(graph().hosts().seeds()).isEmpty();
  }

  @Test
  default void aHostThatComesBackWhileItIsSweptStaysAndIsAskedForEverything() throws Exception {
    graph().hosts().announce(ONE, SHORT);
    graph().hosts().join(ONE.id(), TASK);
    graph().hosts().rememberHoldings(ONE.id(), 3, LONG);
    assertThat(graph().hosts().silentTasks(ONE.id())).isEmpty();
    pass(SHORT);
    assertThat(graph().hosts().silentTasks(ONE.id())).contains(Set.of(TASK));
    graph().hosts().announce(ONE, LONG);
    graph().hosts().deleteSilent(ONE.id());
    assertThat(graph().hosts().list()).containsExactly(ONE);
    assertThat(graph().hosts().tasks(ONE.id())).containsExactly(TASK);
    assertThat(graph().hosts().confirmHoldings(ONE.id(), 3, LONG, LONG)).isFalse();
  }

  @Test
  default void aHostThatStaysSilentIsForgotten() throws Exception {
    graph().hosts().announce(ONE, SHORT);
    graph().hosts().join(ONE.id(), TASK);
    pass(SHORT);
    graph().hosts().deleteSilent(ONE.id());
    assertThat(graph().hosts().expired(10)).isEmpty();
    assertThat(graph().hosts().tasks(ONE.id())).isEmpty();
  }

  @Test
  default void holdingsAreConfirmedOnlyWhenTheyAreKnownAndTheAddressIsTheSame() {
    graph().hosts().announce(ONE, LONG);
    assertThat(graph().hosts().confirmHoldings(ONE.id(), -5, LONG, LONG)).isFalse();
    graph().hosts().rememberHoldings(ONE.id(), -5, LONG);
    assertThat(graph().hosts().confirmHoldings(ONE.id(), -5, LONG, LONG)).isTrue();
    graph().hosts().announce(ONE, LONG);
    assertThat(graph().hosts().confirmHoldings(ONE.id(), -5, LONG, LONG)).isTrue();
    assertThat(graph().hosts().confirmHoldings(ONE.id(), 6, LONG, LONG)).isFalse();
    Host moved = Samples.seed("one", 4002);
    graph().hosts().announce(moved, LONG);
    graph().hosts().rememberHoldings(moved.id(), 9, LONG);
    graph().hosts().announce(Samples.seed("one", 4003), LONG);
    assertThat(graph().hosts().confirmHoldings(moved.id(), 9, LONG, LONG)).isFalse();
  }

  @Test
  default void aCompleteReportTellsWhatItLeftOutAndAnotherDoesNot() {
    HostStore hosts = graph().hosts();
    HostId id = ONE.id();
    hosts.join(id, TASK);
    hosts.join(id, OTHER);
    assertThat(hosts.report(id, 0, Set.of(TASK), true)).isEmpty();
    assertThat(hosts.confirmHoldings(id, 1, LONG, LONG)).isFalse();
    assertThat(hosts.report(id, 0, Set.of(TASK), true).map(Unreported::tasks))
        .contains(Set.of(OTHER));
    hosts.rememberHoldings(id, 1, LONG);
    assertThat(hosts.confirmHoldings(id, 1, LONG, LONG)).isTrue();
    assertThat(hosts.report(id, 0, Set.of(OTHER), true)).isEmpty();
  }

  @Test
  default void aReportWithAMissingBatchLeavesNothingOut() {
    HostStore hosts = graph().hosts();
    hosts.join(ONE.id(), TASK);
    for (int wrong : List.of(0, 2)) {
      hosts.confirmHoldings(ONE.id(), 1, LONG, LONG);
      assertThat(hosts.report(ONE.id(), 0, Set.of(), false)).isEmpty();
      Optional<Unreported> end = hosts.report(ONE.id(), wrong, Set.of(OTHER), true);
      assertThat(end.isPresent()).isEqualTo(wrong == 0);
    }
    hosts.confirmHoldings(ONE.id(), 1, LONG, LONG);
    hosts.report(ONE.id(), 0, Set.of(TASK), false);
    assertThat(hosts.report(ONE.id(), 1, Set.of(OTHER), true).orElseThrow().tasks()).isEmpty();
  }
}
