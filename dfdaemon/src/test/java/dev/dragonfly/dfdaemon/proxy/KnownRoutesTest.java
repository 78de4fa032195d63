package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.proxy.registry.Origin;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class KnownRoutesTest {
  private static final Digest DIGEST = Digest.parse("sha256:" + "a".repeat(64));

  private int found;
  private final KnownRoutes routes = new KnownRoutes(this::find);

  private Route find(ProxyRequest request) {
    found++;
    String url = request.first("x-dragonfly-registry").orElse("http://r") + request.target();
    return request.target().contains("/blobs/")
        ? new Route.ViaTask(
            new Origin(url, Optional.empty(), "", false),
            TaskSpec.ofBlob(url, DIGEST),
            Route.Content.BLOB)
        : new Route.Greet();
  }

  private Route ask(String target, Headers header) {
    return routes.route(new ProxyRequest("GET", target, header, InetAddress.getLoopbackAddress()));
  }

  private static Route.ViaTask task(Route route) {
    return (Route.ViaTask) route;
  }

  @Test
  void whatWasAskedIsNotWorkedOutAgainWhoeverAsks() {
    Route first = ask("/v2/a/blobs/" + DIGEST, Headers.of("Authorization", "Bearer a"));
    Route second = ask("/v2/a/blobs/" + DIGEST, Headers.of("Authorization", "Bearer b"));
    assertThat(second).isEqualTo(first);
    assertThat(found).isOne();
  }

  @Test
  void anotherRegistryOrTargetIsAnotherRoute() {
    Route plain = ask("/v2/a/blobs/" + DIGEST, Headers.NONE);
    Route named = ask("/v2/a/blobs/" + DIGEST, Headers.of("X-Dragonfly-Registry", "http://s"));
    Route other = ask("/v2/b/blobs/" + DIGEST, Headers.NONE);
    assertThat(task(plain).origin().url()).startsWith("http://r/v2/a/");
    assertThat(task(named).origin().url()).startsWith("http://s/v2/a/");
    assertThat(task(other).origin().url()).startsWith("http://r/v2/b/");
  }

  @Test
  void whatIsNotSharedOrIsLongIsWorkedOutEachTime() {
    ask("/v2/", Headers.NONE);
    ask("/v2/", Headers.NONE);
    ask("/v2/" + "a".repeat(2000) + "/blobs/" + DIGEST, Headers.NONE);
    ask("/v2/" + "a".repeat(2000) + "/blobs/" + DIGEST, Headers.NONE);
    assertThat(found).isEqualTo(4);
  }

  @Test
  void theOneThatWasAskedForLongestAgoIsForgotten() {
    for (int i = 0; i <= 256; i++) {
      ask("/v2/a" + i + "/blobs/" + DIGEST, Headers.NONE);
    }
    ask("/v2/a256/blobs/" + DIGEST, Headers.NONE);
    assertThat(found).isEqualTo(257);
    ask("/v2/a0/blobs/" + DIGEST, Headers.NONE);
    assertThat(found).isEqualTo(258);
  }
}
