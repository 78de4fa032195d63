package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.task.ByteRange;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestedRangeTest {
  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=10-99, 10, 90",
    "bytes=10-, 10, 990",
    "bytes=0-5000, 0, 1000",
    "bytes=-10, 990, 10",
    "bytes=-5000, 0, 1000",
    "bytes=999-999, 999, 1",
    "' bytes = 1-2 ', 1, 2"
  })
  void aPartOfAThousandBytes(String header, long start, long length) {
    RequestedRange range = RequestedRange.parse(header);
    assertThat(range.isPart()).isTrue();
    assertThat(range.within(1000)).isEqualTo(Optional.of(new ByteRange(start, length)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=1000-", "bytes=1000-2000", "bytes=-0"})
  void behindTheEndThereIsNothing(String header) {
    assertThat(RequestedRange.parse(header).within(1000)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-2",
        "bytes=0-1,5-6",
        "items=0-1",
        "bytes=1--2",
        "bytes=99999999999999999999-"
      })
  void whatIsMalformedOrManifoldIsIgnored(String header) {
    RequestedRange range = RequestedRange.parse(header);
    assertThat(range.isPart()).isFalse();
    assertThat(range.within(1000)).isEqualTo(Optional.of(new ByteRange(0, 1000)));
  }

  @Test
  void onlyASuffixNeedsTheLength() {
    assertThat(RequestedRange.parse("bytes=5-9").beforeLength())
        .isEqualTo(Optional.of(new ByteRange(5, 5)));
    assertThat(RequestedRange.parse("bytes=-9").beforeLength()).isEmpty();
    assertThat(RequestedRange.parse(null).beforeLength()).isEmpty();
  }

  @Test
  void nothingOfNothingIsBehindTheEnd() {
    assertThat(RequestedRange.parse("bytes=0-").within(0)).isEmpty();
    assertThat(RequestedRange.parse(null).within(0)).isEqualTo(Optional.of(new ByteRange(0, 0)));
  }
}
