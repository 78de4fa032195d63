package dev.dragonfly.dfdaemon.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceUrlTest {
  @ParameterizedTest
  @CsvSource({
    "http://host, host, 80, /, host, false",
    "https://host/, host, 443, /, host, true",
    "HTTPS://Host:8443/a/b?c=d&e, Host, 8443, /a/b?c=d&e, Host:8443, true",
    "http://host/a%2Fb?x=%20, host, 80, /a%2Fb?x=%20, host, false",
    "http://host/with space, host, 80, /with%20space, host, false",
    "http://host/a|{b}, host, 80, /a%7C%7Bb%7D, host, false",
    "http://host:/x, host, 80, /x, host, false",
    "http://host/a#fragment, host, 80, /a, host, false",
    "http://host?q=1, host, 80, /?q=1, host, false",
    "http://[::1]:81/x, ::1, 81, /x, [::1]:81, false",
    "http://10.0.0.1/x, 10.0.0.1, 80, /x, 10.0.0.1, false",
    "http://file_server:81/x, file_server, 81, /x, file_server:81, false",
    "http://user:pw@host/x, host, 80, /x, host, false"
  })
  void aUrlFallsIntoItsParts(
      String text, String host, int port, String target, String header, boolean tls) {
    SourceUrl url = SourceUrl.parse(text);
    assertThat(url.host()).isEqualTo(host);
    assertThat(url.port()).isEqualTo(port);
    assertThat(url.target()).isEqualTo(target);
    assertThat(url.hostHeader()).isEqualTo(header);
    assertThat(url.isTls()).isEqualTo(tls);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host/path",
        "ftp://host/x",
        "file:///etc/passwd",
        "http:///path",
        "http://",
        "http:host",
        "http://host:99999999999/",
        "http://host:65536/",
        "http://host:0/",
        "http://host/100%",
        "http://ho st/",
        "http://host/a\r\nX: y",
        "http://[::1/"
      })
  void whatIsNoUrlOfASourceIsTheCallersMistake(String text) {
    assertThat(failure(text).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void userAndPasswordBecomeAHeaderAndLeaveTheUrl() {
    SourceUrl url = SourceUrl.parse("http://me:p%40ss@host/x");
    assertThat(url.basicAuthorization()).contains("Basic bWU6cEBzcw==");
    assertThat(url.toString()).isEqualTo("http://host/x");
    assertThat(SourceUrl.parse("http://host/").basicAuthorization()).isEmpty();
  }

  @Test
  void secretsAreNotShownToPeople() {
    assertThat(SourceUrl.parse("http://u:pw@h/f?sig=abc").toString()).isEqualTo("http://h/f?...");
    assertThat(failure("ftp://u:pw@h/f?sig=abc").getMessage())
        .contains("h/f")
        .doesNotContain("pw")
        .doesNotContain("abc");
    assertThat(failure("http://u:pw@h:x/f?sig=abc").getMessage())
        .doesNotContain("pw")
        .doesNotContain("abc");
  }

  @ParameterizedTest
  @CsvSource({
    "http://host/a, http://HOST:80/b, true",
    "http://host/, https://host/, false",
    "http://host/, http://host:8080/, false",
    "http://host/, http://other/, false",
    "https://host/, https://host:443/, true"
  })
  void theOriginIsSchemeHostAndPort(String one, String other, boolean same) {
    assertThat(SourceUrl.parse(one).sameOrigin(SourceUrl.parse(other))).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource({
    "/x, http://h:1/x",
    "x, http://h:1/a/x",
    "../x?y, http://h:1/x?y",
    "?y=1, http://h:1/a/b?y=1",
    "//other/x, http://other/x",
    "https://other/x, https://other/x",
    "http://h:1/a|b, http://h:1/a%7Cb",
    "#top, http://h:1/a/b"
  })
  void aLocationIsResolvedAgainstTheUrl(String location, String expected) {
    SourceUrl url = SourceUrl.parse("http://h:1/a/b").resolve(location);
    assertThat(url.uri()).hasToString(expected);
  }

  private static DragonflyException failure(String text) {
    return catchThrowableOfType(DragonflyException.class, () -> SourceUrl.parse(text));
  }
}
