package dev.dragonfly.dfdaemon.proxy.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.dfdaemon.net.Headers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HeaderFilterTest {
  private static final Headers HEADER =
      new Headers(
          List.of(
              Map.entry("Host", "x"),
              Map.entry("Accept", "one"),
              Map.entry("Accept", "two"),
              Map.entry("Connection", "keep-alive, X-Mine"),
              Map.entry("X-Mine", "y"),
              Map.entry("Keep-Alive", "5"),
              Map.entry("Transfer-Encoding", "chunked"),
              Map.entry("Proxy-Authorization", "Basic x"),
              Map.entry("X-Dragonfly-Registry", "http://h"),
              Map.entry("Authorization", "Bearer t"),
              Map.entry("Cookie", "c=1"),
              Map.entry("Range", "bytes=0-1"),
              Map.entry("User-Agent", "ua")));

  @Test
  void whatIsForThisHopStaysHereAndRepeatedLinesStayRepeated() {
    assertThat(HeaderFilter.endToEnd(HEADER).entries())
        .containsExactly(
            Map.entry("Accept", "one"),
            Map.entry("Accept", "two"),
            Map.entry("Authorization", "Bearer t"),
            Map.entry("Cookie", "c=1"),
            Map.entry("Range", "bytes=0-1"),
            Map.entry("User-Agent", "ua"));
  }

  @Test
  void aRegistryNeedsLittle() {
    assertThat(HeaderFilter.forTask(HeaderFilter.endToEnd(HEADER), true).toMap())
        .containsOnly(
            Map.entry("accept", "one, two"),
            Map.entry("authorization", "Bearer t"),
            Map.entry("user-agent", "ua"));
  }

  @Test
  void anotherSourceGetsEverythingButConditionsAndRanges() {
    assertThat(HeaderFilter.forTask(HeaderFilter.endToEnd(HEADER), false).toMap())
        .containsOnlyKeys("accept", "authorization", "cookie", "user-agent");
  }
}
