package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.proxy.registry.KnownRegistries;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyRouterTest {
  private static final String HEX = "0123456789abcdef".repeat(4);
  private static final String DIGEST = "sha256:" + HEX;
  private static final ProxyConfig CONFIG =
      DaemonDefaults.parse(
              """
              proxy:
                registries:
                  - {host: registry.corp, url: "http://10.1.2.3:5000"}
                rules:
                  - {regex: '\\.rpm$'}
                  - {regex: '^http://models\\.corp/', useTls: true}
                  - {regex: blobs/sha256}
              """)
          .proxy();

  private final ProxyRouter router =
      new ProxyRouter(CONFIG, new KnownRegistries(CONFIG.registries(), CONFIG.defaultRegistry()));

  private Route route(String method, String target, String... header) {
    List<Map.Entry<String, String>> entries = new ArrayList<>();
    for (int i = 0; i < header.length; i += 2) {
      entries.add(Map.entry(header[i], header[i + 1]));
    }
    return router.route(
        new ProxyRequest(method, target, new Headers(entries), InetAddress.getLoopbackAddress()));
  }

  private static Route.ViaTask task(Route route) {
    assertThat(route).isInstanceOf(Route.ViaTask.class);
    return (Route.ViaTask) route;
  }

  private static Route.PassThrough pass(Route route) {
    assertThat(route).isInstanceOf(Route.PassThrough.class);
    return (Route.PassThrough) route;
  }

  private static Route.Refuse refusal(Route route) {
    assertThat(route).isInstanceOf(Route.Refuse.class);
    return (Route.Refuse) route;
  }

  @Test
  void aBlobIsATaskWithTheIdentityOfItsDigest() {
    Route.ViaTask blob = task(route("GET", "/v2/org/app/blobs/" + DIGEST + "?ns=ghcr.io"));
    assertThat(blob.what()).isEqualTo(Route.Content.BLOB);
    assertThat(blob.spec().url()).isEqualTo("https://ghcr.io/v2/org/app/blobs/" + DIGEST);
    assertThat(blob.spec().digest().orElseThrow()).hasToString(DIGEST);
    assertThat(TaskIdCalculator.taskId(blob.spec()).value()).isEqualTo(HEX);
    assertThat(blob.origin().repository()).isEqualTo("org/app");
  }

  @Test
  void aManifestByDigestIsATaskThatIsTheSameAtEveryRegistry() {
    Route.ViaTask one = task(route("GET", "/v2/a/manifests/" + DIGEST + "?ns=ghcr.io"));
    Route.ViaTask other = task(route("GET", "/v2/b/manifests/" + DIGEST + "?ns=quay.io"));
    assertThat(one.what()).isEqualTo(Route.Content.MANIFEST);
    assertThat(TaskIdCalculator.taskId(one.spec()))
        .isEqualTo(TaskIdCalculator.taskId(other.spec()))
        .isNotEqualTo(TaskIdCalculator.taskId(task(route("GET", "/v2/a/blobs/" + DIGEST)).spec()));
  }

  @Test
  void aTagIsAskedOfTheRegistryAndGrants() {
    Route.PassThrough tag = pass(route("GET", "/v2/org/app/manifests/latest?ns=docker.io"));
    assertThat(tag.origin().url())
        .isEqualTo("https://registry-1.docker.io/v2/org/app/manifests/latest");
    assertThat(tag.grants()).isTrue();
    assertThat(tag.followRedirects()).isTrue();
    assertThat(tag.origin().loginHere()).isFalse();
  }

  @Test
  void tagsAndReferrersKeepTheirQuery() {
    assertThat(pass(route("GET", "/v2/a/tags/list?n=10&ns=ghcr.io&last=x")).origin().url())
        .isEqualTo("https://ghcr.io/v2/a/tags/list?n=10&last=x");
    assertThat(pass(route("GET", "/v2/a/referrers/" + DIGEST + "?ns=ghcr.io")).grants()).isFalse();
  }

  @Test
  void theHeaderNamesARegistryThatNobodyConfigured() {
    Route.ViaTask blob =
        task(route("GET", "/v2/a/blobs/" + DIGEST, "x-dragonfly-registry", "http://10.9.8.7:5000"));
    assertThat(blob.spec().url()).isEqualTo("http://10.9.8.7:5000/v2/a/blobs/" + DIGEST);
  }

  @Test
  void aConfiguredRegistryIsWhereItsUrlSays() {
    assertThat(task(route("GET", "/v2/registry.corp/a/blobs/" + DIGEST)).spec().url())
        .isEqualTo("http://10.1.2.3:5000/v2/a/blobs/" + DIGEST);
  }

  @Test
  void clientsThatKnowNoRegistryGetTokensFromHere() {
    assertThat(task(route("GET", "/v2/ghcr.io/a/blobs/" + DIGEST)).origin().loginHere()).isTrue();
    assertThat(pass(route("GET", "/v2/a/manifests/latest")).origin().loginHere()).isTrue();
    assertThat(route("GET", "/v2/")).isEqualTo(new Route.Greet());
  }

  @Test
  void aPingThatNamesARegistryGoesThere() {
    assertThat(pass(route("GET", "/v2/?ns=ghcr.io")).origin().url())
        .isEqualTo("https://ghcr.io/v2/");
  }

  @Test
  void whoIsAskedWhetherHeLivesSaysSo() {
    assertThat(route("GET", "/healthy")).isEqualTo(new Route.Greet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void nothingIsWritten(String method) {
    assertThat(refusal(route(method, "/v2/a/blobs/uploads/")).status()).isEqualTo(405);
  }

  @Test
  void noTunnelsAreOpened() {
    Route.Refuse refusal = refusal(route("CONNECT", "ghcr.io:443"));
    assertThat(refusal.status()).isEqualTo(501);
    assertThat(refusal.message()).contains("registry mirror");
  }

  @Test
  void aUrlThatARuleNamesIsATask() {
    Route.ViaTask file = task(route("GET", "http://mirror.corp:8080/os/kernel.rpm?token=x"));
    assertThat(file.what()).isEqualTo(Route.Content.FILE);
    assertThat(file.spec().url()).isEqualTo("http://mirror.corp:8080/os/kernel.rpm?token=x");
    assertThat(file.origin().registry()).isEmpty();
  }

  @Test
  void aRuleMayAskForTls() {
    assertThat(task(route("GET", "http://models.corp/x.bin")).spec().url())
        .isEqualTo("https://models.corp/x.bin");
  }

  @Test
  void aRuleDoesNotSeeTheQuery() {
    assertThat(pass(route("GET", "http://a.corp/list?file=.rpm")).followRedirects()).isFalse();
  }

  @Test
  void aBlobBehindARuleKeepsItsDigest() {
    Route.ViaTask blob = task(route("GET", "http://r.corp:5000/v2/a/blobs/" + DIGEST));
    assertThat(blob.what()).isEqualTo(Route.Content.BLOB);
    assertThat(TaskIdCalculator.taskId(blob.spec()).value()).isEqualTo(HEX);
  }

  @Test
  void theHeaderAsksForSharing() {
    Route.ViaTask file =
        task(
            route(
                "GET",
                "http://a.corp/x?sig=1",
                "X-Dragonfly-Use-P2P",
                "TRUE",
                "X-Dragonfly-Tag",
                "t",
                "X-Dragonfly-Filtered-Query-Params",
                "sig, other"));
    assertThat(file.spec().tag()).isEqualTo(Optional.of("t"));
    assertThat(file.spec().filteredQueryParams()).containsExactly("sig", "other");
  }

  @Test
  void anyOtherUrlIsPassedOn() {
    assertThat(pass(route("GET", "http://169.254.169.254/latest/meta-data")).origin().url())
        .isEqualTo("http://169.254.169.254/latest/meta-data");
    assertThat(pass(route("HEAD", "http://a.corp")).origin().url()).isEqualTo("http://a.corp/");
    assertThat(pass(route("GET", "http://a.corp?x=1")).origin().url())
        .isEqualTo("http://a.corp/?x=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://a.corp/x",
        "gopher://a/",
        "http://user:pass@a.corp/",
        "http://",
        "*",
        "a.corp:80",
        "http://a b/",
        "/v2/a/manifests/l\u0001",
        "/v2/a/manifests/l#x",
        "/v2/a/blobs/sha256:12",
        "/v2/a/manifests/l?ns=../x"
      })
  void whatIsNoUrlIsRefused(String target) {
    assertThat(refusal(route("GET", target)).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/etc/passwd", "/v2/_catalog", "/v2/a/blobs/uploads/x", "/v3/"})
  void whatIsNothingIsNotFound(String target) {
    assertThat(refusal(route("GET", target)).status()).isEqualTo(404);
  }

  @Test
  void anotherPathOfANamedOriginIsPassedOn() {
    assertThat(
            pass(route("GET", "/models/x?y=1", "X-Dragonfly-Registry", "https://hub.corp"))
                .origin()
                .url())
        .isEqualTo("https://hub.corp/models/x?y=1");
  }
}
