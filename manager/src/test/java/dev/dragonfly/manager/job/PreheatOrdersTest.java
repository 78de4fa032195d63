package dev.dragonfly.manager.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.wire.FieldLimits;
import dev.dragonfly.manager.job.JobTarget.TargetState;
import dev.dragonfly.manager.job.PreheatOrders.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PreheatOrdersTest {
  private static final int MESSAGE = 4 << 20;

  @Test
  void aUsualPreheatIsOneOrder() {
    List<String> contents = urls(1_500, 100);
    assertThat(PreheatOrders.shares(contents, List.of()))
        .containsExactly(new Share(contents, List.of()));
  }

  @Test
  void whatIsLongerThanAMessageIsSeveralOrdersWithEachContentOnce() {
    List<String> contents = urls(10_000, 2_000);
    List<Share> shares = PreheatOrders.shares(contents, List.of());
    assertThat(shares).hasSizeGreaterThan(4);
    assertThat(shares.stream().flatMap(share -> share.contents().stream())).isEqualTo(contents);
    assertThat(shares)
        .allMatch(share -> share.contents().stream().mapToInt(String::length).sum() < MESSAGE);
  }

  @Test
  void anImageOfManyPlatformsMayHaveMoreContentsThanOneOrder() {
    assertThat(PreheatArgs.MAX_URLS).isEqualTo(FieldLimits.PREHEAT_URLS);
    List<String> contents = urls(PreheatArgs.MAX_URLS + 1, 10);
    assertThat(PreheatOrders.shares(contents, List.of()))
        .extracting(share -> share.contents().size())
        .containsExactly(PreheatArgs.MAX_URLS, 1);
  }

  @Test
  void aTakeoverThatNamesThousandsOfHostsIsSeveralOrdersToo() {
    List<String> contents = urls(100, 200);
    List<JobTarget> known = new ArrayList<>();
    for (String url : contents) {
      for (int host = 0; host < 200; host++) {
        known.add(target(url, "10.0.0.1-host-" + host, TargetState.RUNNING));
      }
    }
    List<Share> shares = PreheatOrders.shares(contents, known);
    assertThat(shares).hasSizeGreaterThan(1);
    assertThat(shares.stream().flatMap(share -> share.known().stream())).isEqualTo(known);
    assertThat(shares)
        .allMatch(
            share -> share.known().stream().allMatch(t -> share.contents().contains(t.url())));
  }

  @Test
  void aContentThatIsDoneEverywhereIsNotOrderedAgain() {
    List<JobTarget> known =
        List.of(
            target("a", "one", TargetState.SUCCESS),
            target("a", "two", TargetState.FAILURE),
            target("b", "one", TargetState.SUCCESS),
            target("b", "two", TargetState.PLANNED));
    assertThat(PreheatOrders.shares(List.of("a", "b", "c"), known))
        .containsExactly(new Share(List.of("b", "c"), known.subList(2, 4)));
    assertThat(PreheatOrders.shares(List.of("a"), known)).isEmpty();
  }

  private static List<String> urls(int count, int length) {
    return IntStream.range(0, count)
        .mapToObj(i -> "https://origin.test/%d/".formatted(i) + "x".repeat(length))
        .toList();
  }

  private static JobTarget target(String url, String host, TargetState state) {
    return new JobTarget(1, url, host, host, "10.0.0.1", "normal", state, 0, 0, 0, "");
  }
}
