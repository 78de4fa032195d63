package dev.dragonfly.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.scheduler.testing.Samples;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostFilterTest {
  private static final OptionalInt UNSAID = OptionalInt.empty();
  private final List<Host> seven =
      IntStream.range(0, 7).mapToObj(n -> Samples.host("host-" + n)).toList();

  @Test
  void whoSaysNothingWantsAll() {
    assertThat(HostFilter.ALL.of(seven)).isEqualTo(seven);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 3", "7, 7", "200, 7"})
  void aCountTakesTheFirst(int count, int hosts) {
    assertThat(new HostFilter(List.of(), OptionalInt.of(count), UNSAID).of(seven))
        .isEqualTo(seven.subList(0, hosts));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "14, 1", "15, 1", "29, 2", "50, 3", "99, 6", "100, 7"})
  void aShareIsRoundedDownButIsOneHostAtLeast(int percentage, int hosts) {
    assertThat(new HostFilter(List.of(), UNSAID, OptionalInt.of(percentage)).of(seven))
        .isEqualTo(seven.subList(0, hosts));
  }

  @Test
  void addressesWinOverCountAndCountOverShare() {
    OptionalInt one = OptionalInt.of(1);
    assertThat(new HostFilter(List.of("::ffff:127.0.0.1"), one, one).of(seven)).isEqualTo(seven);
    assertThat(new HostFilter(List.of("10.9.9.9"), one, one).of(seven)).isEmpty();
    assertThat(new HostFilter(List.of(), OptionalInt.of(2), one).of(seven)).hasSize(2);
  }

  @Test
  void nobodyHasNoShare() {
    assertThat(new HostFilter(List.of(), UNSAID, OptionalInt.of(10)).of(List.of())).isEmpty();
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> new HostFilter(List.of(), OptionalInt.of(0), UNSAID))
        .hasMessageContaining("count");
    assertThatThrownBy(() -> new HostFilter(List.of(), UNSAID, OptionalInt.of(101)))
        .hasMessageContaining("percentage");
  }
}
