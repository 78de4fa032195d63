package dev.dragonfly.common.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UrlNormalizerTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "HTTPS://Example.COM:443/a b/%7Efoo?x=1&y=a%20b&z"
            + ", https://example.com/a%20b/%7Efoo?x=1&y=a+b&z=",
        "https://example.com/a/?q=~*-._ '()%2F!"
            + ", https://example.com/a/?q=%7E*-._+%27%28%29%2F%21",
        "https://example.com/#/, https://example.com/#",
        "http://example.com:80/a/../b/./c, http://example.com/b/c",
        "https://example.com//, https://example.com//",
        "s3://bucket/path/a b?x=1, s3://bucket/path/a%20b?x=1",
      })
  void urlsBecomeWhatUpstreamMakesOfThem(String url, String normal) {
    assertThat(UrlNormalizer.normalize(url, List.of())).isEqualTo(normal);
  }

  @Test
  void filteredKeysAreDropped() {
    assertThat(UrlNormalizer.normalize("https://example.com/?foo=a/b&bar=", List.of("foo")))
        .isEqualTo("https://example.com/?bar=");
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com/a?X=1&x=2, https://example.com/a?X=1",
    "https://example.com/a?%78=2&y=3, https://example.com/a?y=3",
    "https://example.com/a?x, https://example.com/a",
    "https://example.com/a?x=1&&x=2#f, https://example.com/a#f",
    "https://example.com/?x=1, https://example.com",
  })
  void theKeyXIsComparedDecodedAndWithCase(String url, String normal) {
    assertThat(UrlNormalizer.normalize(url, List.of("x"))).isEqualTo(normal);
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com, https://example.com",
    "https://example.com/, https://example.com",
    "https://example.com?a=1, https://example.com/?a=1",
    "http://example.com:443/a, http://example.com:443/a",
    "http://example.com:0080/a, http://example.com/a",
    "https://example.com/a/.., https://example.com",
    "https://example.com/a/b/%2E%2e/, https://example.com/a/",
    "https://example.com/a/., https://example.com/a/",
    "https://example.com/../a, https://example.com/a",
    "http:\\\\example.com\\a, http://example.com/a",
    "https://example.com/^a|b, https://example.com/^a|b",
    "https://example.com/{a}, https://example.com/%7Ba%7D",
    "https://user:pw@Example.com/a, https://user:pw@example.com/a",
    "https://[2001:DB8::1]:8443/a, https://[2001:db8::1]:8443/a",
    "https://bücher.example/ä, https://xn--bcher-kva.example/%C3%A4",
    "s3://Bucket/a, s3://Bucket/a",
    "hdfs://name:8020/a/./b, hdfs://name:8020/a/b",
    "https://example.com/a?k=%E4%BD%A0, https://example.com/a?k=%E4%BD%A0",
    "https://example.com/a?k=100%, https://example.com/a?k=100%25",
    "https://example.com/a?k=a+b, https://example.com/a?k=a+b",
    "https://example.com/a?=v, https://example.com/a?=v",
    "https://example.com/a?k=a=b, https://example.com/a?k=a%3Db",
  })
  void oneUrlHasOneForm(String url, String normal) {
    assertThat(UrlNormalizer.normalize(url, List.of())).isEqualTo(normal);
  }

  @Test
  void spacesAroundAndLineBreaksWithinAreNoPartOfAUrl() {
    assertThat(UrlNormalizer.normalize(" \thttps://example.com/a\r\n/b \n", List.of()))
        .isEqualTo("https://example.com/a/b");
  }

  @Test
  void theNormalFormIsItsOwnNormalForm() {
    String once = UrlNormalizer.normalize("HTTP://Example.com/a b/../c?x=%2f&y=ä z#a b", List.of());

    assertThat(UrlNormalizer.normalize(once, List.of())).isEqualTo(once);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/path/only",
        "example.com/a",
        "http:",
        "http://",
        "http:///",
        ":80",
        "1http://a/b",
        "https://example.com:x/a",
        "https://example.com:65536/a",
        "https://a:99999999999/b"
      })
  void whatIsNoAbsoluteUrlIsRefused(String text) {
    assertThatThrownBy(() -> UrlNormalizer.normalize(text, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("URL");
  }
}
