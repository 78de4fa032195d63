package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.dfdaemon.net.Headers;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

final class ProxyRequestTest {
  private static final Headers ONE =
      Headers.of("Host", "x", "Range", "bytes=0-1", "Authorization", "Bearer a");

  private static ProxyRequest request(String method, String target, Headers header) {
    return new ProxyRequest(method, target, header, InetAddress.getLoopbackAddress());
  }

  private static boolean inherits(ProxyRequest later, ProxyRequest earlier) {
    return later.after(earlier).known().equals(earlier.known());
  }

  @Test
  void anotherRangeOfTheSameIsKnown() {
    ProxyRequest first = request("GET", "/v2/a/blobs/x", ONE);
    Headers other = Headers.of("Host", "x", "range", "bytes=2-3", "Authorization", "Bearer a");
    Headers none = Headers.of("Host", "x", "Authorization", "Bearer a");
    assertThat(inherits(request("GET", "/v2/a/blobs/x", other), first)).isTrue();
    assertThat(inherits(request("GET", "/v2/a/blobs/x", none), first)).isTrue();
    assertThat(request("GET", "/v2/a/blobs/x", other).after(first).first("range"))
        .hasValue("bytes=2-3");
  }

  @Test
  void headersThatNettyReadsAreEqualWhenTheyAreTheSame() {
    ProxyRequest first = request("GET", "/v2/a/blobs/x", received("bytes=0-1"));
    assertThat(inherits(request("GET", "/v2/a/blobs/x", received("bytes=2-3")), first)).isTrue();
  }

  private static Headers received(String range) {
    HttpHeaders header = new DefaultHttpHeaders();
    header.add("Host", "x").add("Range", range);
    return Headers.of(header);
  }

  @Test
  void whatDiffersInAnythingElseIsNotKnown() {
    ProxyRequest first = request("GET", "/v2/a/blobs/x", ONE);
    assertThat(inherits(request("HEAD", "/v2/a/blobs/x", ONE), first)).isFalse();
    assertThat(inherits(request("GET", "/v2/a/blobs/y", ONE), first)).isFalse();
    for (Headers header :
        new Headers[] {
          Headers.of("Host", "x", "Authorization", "Bearer b"),
          Headers.of("Host", "x"),
          Headers.of("Host", "x", "Authorization", "Bearer a", "X-Dragonfly-Registry", "r"),
          Headers.of("Authorization", "Bearer a", "Host", "x")
        }) {
      assertThat(inherits(request("GET", "/v2/a/blobs/x", header), first)).isFalse();
    }
  }
}
