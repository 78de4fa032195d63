package dev.dragonfly.common.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RangeRequestTest {
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
    RangeRequest range = RangeRequest.ofHeader(header).orElseThrow();
    assertThat(range.isPart()).isTrue();
    assertThat(range.within(1000)).isEqualTo(Optional.of(new ByteRange(start, length)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000-", "1000-2000", "-0"})
  void behindTheEndThereIsNothing(String text) {
    assertThat(RangeRequest.parse(text).orElseThrow().within(1000)).isEmpty();
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
  void whatIsMalformedOrManifoldIsNoRange(String header) {
    assertThat(RangeRequest.ofHeader(header)).isEmpty();
    assertThat(RangeRequest.parse(header.replaceFirst("bytes=", ""))).isEmpty();
  }

  @Test
  void onlyASuffixNeedsTheLength() {
    assertThat(RangeRequest.parse("5-9").orElseThrow().beforeLength())
        .isEqualTo(Optional.of(new ByteRange(5, 5)));
    assertThat(RangeRequest.parse("-9").orElseThrow().beforeLength()).isEmpty();
    assertThat(new RangeRequest.Whole().beforeLength()).isEmpty();
  }

  @Test
  void nothingOfNothingIsBehindTheEnd() {
    assertThat(RangeRequest.parse("0-").orElseThrow().within(0)).isEmpty();
    assertThat(new RangeRequest.Whole().within(0)).isEqualTo(Optional.of(new ByteRange(0, 0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0-99", "100-", "-50", "5-5"})
  void whatWasReadIsPassedOnAsAHeader(String text) {
    assertThat(RangeRequest.parse(text).flatMap(RangeRequest::toHeader)).contains("bytes=" + text);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes 0-9/100, 0, 10, true",
    "bytes 0-9/*, 0, 10, true",
    "bytes 90-99/100, 90, 50, true",
    "bytes 0-8/100, 0, 10, false",
    "bytes 1-9/100, 0, 9, false"
  })
  void aPartAnswersTheRequestForIt(String header, long start, long length, boolean answers) {
    assertThat(ContentRange.parse(header).orElseThrow().answers(new ByteRange(start, length)))
        .isEqualTo(answers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bytes */10", "bytes 5-4/10", "bytes 0-9", "items 0-9/10"})
  void whatIsNoPartIsNoContentRange(String header) {
    assertThat(ContentRange.parse(header)).isEmpty();
  }
}
