package dev.dragonfly.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes and durations as people write them. */
final class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512, 512",
    "512B, 512",
    "1KiB, 1024",
    "20MiB, 20971520",
    "20mib, 20971520",
    "8 MiB, 8388608",
    " 3GiB , 3221225472",
    "2TiB, 2199023255552",
    "1k, 1024",
    "1M, 1048576",
    "1G, 1073741824",
    "1kb, 1000",
    "1MB, 1000000",
    "1GB, 1000000000",
    "1TB, 1000000000000",
    "9223372036854775807, 9223372036854775807",
  })
  void aSizeIsANumberWithAUnit(String text, long bytes) {
    assertThat(DataSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MiB", "-1", "1.5GiB", "1 EiB", "1MiBB", "0x10", "1,000"})
  void whatIsNoSizeIsRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> DataSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "not a size: '%s' (expected a number with B, KiB, MiB, GiB or TiB, for example 20MiB)",
            text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808", "8388608TiB", "99999999999999999999KiB"})
  void aSizeThatFitsNoNumberIsTooLarge(String text) {
    assertThatThrownBy(() -> DataSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too large");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0B",
    "1, 1B",
    "1023, 1023B",
    "1024, 1KiB",
    "1025, 1025B",
    "20971520, 20MiB",
    "1073741824, 1GiB",
    "1099511627776, 1TiB"
  })
  void aSizeIsShownInTheLargestUnitThatIsExact(long bytes, String text) {
    assertThat(new DataSize(bytes)).hasToString(text);
    assertThat(DataSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @Test
  void aSizeIsNotNegative() {
    assertThatThrownBy(() -> new DataSize(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S",
    "0s, PT0S",
    "30s, PT30S",
    "5m, PT5M",
    "1h, PT1H",
    "7d, PT168H",
    " 10 s , PT10S",
  })
  void aDurationIsANumberWithAUnit(String text, Duration duration) {
    assertThat(DurationText.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "s", "-1s", "1.5s", "1h30m", "30S", "PT30S", "5min"})
  void whatIsNoDurationIsRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "not a duration: '%s' (expected a number with ms, s, m, h or d, for example 30s)",
            text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9999999999999999999s", "9223372036854775807d", "9223372036854775807h"})
  void aDurationThatFitsNoNumberIsTooLong(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too long");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1572864, 1.5 MiB",
    "5368709120, 5.0 GiB",
    "1125899906842624, 1024.0 TiB"
  })
  void sizesAreRoundedForPeople(long bytes, String text) {
    assertThat(DataSize.rounded(bytes)).isEqualTo(text);
  }
}
