package dev.dragonfly.dfdaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeTextTest {
  @ParameterizedTest
  @CsvSource({
    "0-99, bytes=0-99",
    "100-, bytes=100-",
    "-50, bytes=-50",
    "bytes=5-5, bytes=5-5",
    "' 1-2 ', bytes=1-2"
  })
  void rangesArePassedOnAsAHeader(String text, String header) {
    assertThat(RangeText.parse(text).toHeader()).isEqualTo(header);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", "5", "a-b", "9-3", "1-2,4-5", "-0", "0--1", "99999999999999999999-"})
  void whatIsNoRangeIsRefusedInItsOwnWords(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RangeText.parse(text))
        .withMessageContaining("range")
        .withMessageContaining("'" + text + "'");
  }
}
