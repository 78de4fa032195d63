package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.dfdaemon.source.Scripts;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets what, and who is asked about it. */
final class ProxyAccessTest {
  private static final byte[] BYTES = ProxyFixture.random(5000);
  private static final String ALLOW = "allow: [127.0.0.1], ";
  private static final String[] GOOD = {"Authorization", "Bearer good"};

  @TempDir private Path dir;

  @SuppressWarnings("NullAway.Init")
  private ProxyFixture proxy;

  @AfterEach
  void stop() {
    proxy.close();
  }

  private void start(String more, String source) {
    proxy = new ProxyFixture(dir, more, source);
  }

  @Test
  void aChallengeReachesTheClientUntouched() {
    start("", ALLOW);
    String digest = proxy.registry.blob(BYTES);
    for (String path : new String[] {"manifests/latest", "blobs/" + digest}) {
      HttpResponse<byte[]> response = proxy.get("/v2/private/app/" + path);
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.headers().firstValue("WWW-Authenticate"))
          .hasValue("Bearer realm=\"" + proxy.registry.url() + "/token\",service=\"fake\"");
      assertThat(ProxyFixture.text(response)).contains("UNAUTHORIZED");
    }
  }

  @Test
  void aPrivateBlobFromTheCacheIsOnlyForThoseWhomTheRegistryLetsIn() {
    start("", ALLOW);
    String digest = proxy.registry.blob(BYTES);
    String path = "/v2/private/app/blobs/" + digest;
    assertThat(proxy.get(path, GOOD).body()).isEqualTo(BYTES);
    assertThat(proxy.get(path).statusCode()).isEqualTo(401);
    assertThat(proxy.get(path, "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
    assertThat(proxy.ask("HEAD", path).statusCode()).isEqualTo(401);
    assertThat(proxy.get(path, "Authorization", "Bearer also-good").body()).isEqualTo(BYTES);
    assertThat(proxy.registry.sent()).isEqualTo(BYTES.length);
  }

  @Test
  void aManifestGrantsWhatItNamesToHimWhoGotIt() {
    start("", ALLOW);
    String digest = proxy.registry.blob(BYTES);
    String other = proxy.registry.blob(ProxyFixture.random(6000));
    proxy.registry.manifest("latest", naming(digest));
    assertThat(proxy.get("/v2/private/app/manifests/latest", GOOD).statusCode()).isEqualTo(200);
    assertThat(proxy.get("/v2/private/app/blobs/" + digest, GOOD).body()).isEqualTo(BYTES);
    assertThat(proxy.registry.asked("HEAD", digest)).isEmpty();
    assertThat(proxy.get("/v2/private/app/blobs/" + digest).statusCode()).isEqualTo(401);
    assertThat(proxy.get("/v2/private/app/blobs/" + other, GOOD).statusCode()).isEqualTo(200);
    assertThat(proxy.registry.asked("HEAD", other)).hasSize(1);
  }

  @Test
  void aManifestByDigestGrantsWhatItNamesFromTheCacheToo() {
    start("", ALLOW);
    String digest = proxy.registry.blob(BYTES);
    String manifest = "/v2/private/app/manifests/" + proxy.registry.manifest("x", naming(digest));
    String[] others = {"Authorization", "Bearer also-good"};
    assertThat(proxy.get(manifest, GOOD).statusCode()).isEqualTo(200);
    assertThat(proxy.get(manifest, others).statusCode()).isEqualTo(200);
    assertThat(proxy.get("/v2/private/app/blobs/" + digest, others).body()).isEqualTo(BYTES);
    assertThat(proxy.registry.asked("HEAD", digest)).isEmpty();
  }

  @Test
  void whoIsRefusedLosesWhatHeWasGranted() {
    start("", ALLOW);
    String digest = proxy.registry.blob(BYTES);
    proxy.registry.manifest("latest", naming(digest));
    String manifest = "/v2/private/app/manifests/latest";
    assertThat(proxy.get(manifest, GOOD).statusCode()).isEqualTo(200);
    proxy.registry.manner(manifest, Scripts.status("403 Forbidden"));
    proxy.registry.manner("/blobs/" + digest, Scripts.status("403 Forbidden"));
    assertThat(proxy.get(manifest, GOOD).statusCode()).isEqualTo(403);
    assertThat(proxy.get("/v2/private/app/blobs/" + digest, GOOD).statusCode()).isEqualTo(403);
  }

  private static String naming(String digest) {
    return "{\"layers\":[{\"digest\":\"" + digest + "\"}]}";
  }

  @Test
  void aGrantForOneRepositoryIsNoneForTheBlobsOfAnother() {
    start("", ALLOW);
    String digest = proxy.registry.blob(BYTES);
    proxy.registry.manifest("latest", "{}");
    assertThat(proxy.get("/v2/private/app/blobs/" + digest, GOOD).body()).isEqualTo(BYTES);
    assertThat(proxy.get("/v2/open/app/manifests/latest").statusCode()).isEqualTo(200);
    proxy.registry.manner(
        "/v2/open/app/blobs/" + digest,
        (request, connection) -> FakeRegistry.text(connection, "404 Not Found", "not here"));
    assertThat(proxy.get("/v2/open/app/blobs/" + digest).statusCode()).isEqualTo(404);
  }

  @Test
  void anotherRegistryCannotVouchForWhatOneKeepsPrivate() {
    start("", ALLOW);
    String digest = proxy.registry.blob(BYTES);
    assertThat(proxy.get("/v2/private/app/blobs/" + digest, GOOD).body()).isEqualTo(BYTES);
    try (FakeRegistry evil = new FakeRegistry()) {
      evil.manner(digest, (request, connection) -> FakeRegistry.text(connection, "200 OK", "evil"));
      HttpResponse<byte[]> response =
          proxy.get(
              "/v2/" + evil.host() + "/x/blobs/" + digest, "X-Dragonfly-Registry", evil.url());
      assertThat(ProxyFixture.text(response))
          .isNotEqualTo(new String(BYTES, StandardCharsets.UTF_8))
          .contains("");
      assertThat(response.body().length).isLessThan(BYTES.length);
    }
  }

  @Test
  void callersOnThisHostMayUseTheConfiguredCredentials() {
    start("registries: [{host: \"REGISTRY\", username: user, password: pass}], ", ALLOW);
    String digest = proxy.registry.blob(BYTES);
    proxy.registry.manifest("latest", naming(digest));
    assertThat(proxy.get("/v2/private/app/manifests/latest").statusCode()).isEqualTo(200);
    assertThat(proxy.get("/v2/private/app/blobs/" + digest).body()).isEqualTo(BYTES);
    assertThat(proxy.registry.asked("GET", "/token"))
        .hasSize(1)
        .first()
        .satisfies(
            token -> assertThat(token.target()).contains("scope=repository%3Aprivate%2Fapp"));
    assertThat(
            proxy.get("/v2/private/app/blobs/" + digest, "Authorization", "Bearer no").statusCode())
        .isEqualTo(401);
  }

  @Test
  void clientsThatKnowNoRegistryGetAnAnonymousToken() {
    start("", ALLOW);
    String digest = proxy.registry.blob(BYTES);
    proxy.registry.manifest("latest", "{}");
    String name = "/v2/" + proxy.registry.host() + "/public/app/";
    assertThat(proxy.get("/v2/").statusCode()).isEqualTo(200);
    assertThat(proxy.get(name + "manifests/latest").statusCode()).isEqualTo(200);
    assertThat(proxy.get(name + "blobs/" + digest).body()).isEqualTo(BYTES);
    assertThat(
            proxy.get("/v2/" + proxy.registry.host() + "/private/app/blobs/" + digest).statusCode())
        .isEqualTo(401);
  }

  @Test
  void aTokenServiceThatIsGoneLeavesTheChallengeToTheClient() {
    start("", ALLOW);
    proxy.registry.manner("/token", (request, connection) -> connection.reset());
    assertThat(proxy.get("/v2/" + proxy.registry.host() + "/public/app/manifests/x").statusCode())
        .isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254",
        "http://[fd00:ec2::254]",
        "http://0.0.0.0:80",
        "http://100.100.100.200"
      })
  void metadataServicesAreNoRegistries(String registry) {
    start("", ALLOW);
    String digest = FakeRegistry.digest(BYTES);
    for (String path : new String[] {"manifests/latest", "blobs/" + digest}) {
      HttpResponse<byte[]> response =
          proxy.get(
              "/v2/a/" + path + "?ns=" + proxy.registry.host(), "X-Dragonfly-Registry", registry);
      assertThat(response.statusCode()).isIn(400, 403);
    }
  }

  @Test
  void theLoopbackIsRefusedUnlessItIsListed() {
    start("", "");
    proxy.registry.manifest("latest", "{}");
    HttpResponse<byte[]> response = proxy.get("/v2/a/manifests/latest");
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(ProxyFixture.text(response)).contains("\"DENIED\"").contains("source.allow");
    assertThat(response.headers().firstValue("X-Dragonfly-Error-Type")).hasValue("proxy");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PRIVATE-TOKEN", "X-Api-Key", "Authorization", "Cookie"})
  void whatOneCallerMayReadTheNextOneMayNot(String name) throws Exception {
    start("rules: [{regex: \"secret$\"}], ", ALLOW);
    proxy.registry.manner(
        "/secret",
        (request, connection) -> {
          if (request.header(name.toLowerCase(java.util.Locale.ROOT)).orElse("").equals("t")) {
            proxy.registry.content(request, connection, BYTES, "/secret");
          } else {
            FakeRegistry.text(connection, "403 Forbidden", "no");
          }
        });
    String get = "GET " + proxy.registry.url() + "/secret HTTP/1.1\r\nHost: x\r\n";
    String close = "Connection: close\r\n\r\n";
    assertThat(proxy.raw(get + name + ": t\r\n" + close)).startsWith("HTTP/1.1 200");
    assertThat(proxy.raw(get + close)).startsWith("HTTP/1.1 403").endsWith("no");
    assertThat(proxy.raw(get + name + ": wrong\r\n" + close)).startsWith("HTTP/1.1 403");
    assertThat(proxy.raw(get + name + ": t\r\n" + close)).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/private/secret.bin", "a?b", "a#b", "a:b", "a&b", "a=b"})
  void aTagThatCouldBeAPartOfAUrlIsRefused(String tag) throws Exception {
    start("", ALLOW);
    for (String name : new String[] {"X-Dragonfly-Tag", "X-Dragonfly-Application"}) {
      assertThat(
              proxy.raw(
                  "GET "
                      + proxy.registry.url()
                      + "/ HTTP/1.1\r\nHost: x\r\nX-Dragonfly-Use-P2P: true\r\n"
                      + (name + ": " + tag)
                      + "\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 400")
          .contains(name);
    }
    assertThat(proxy.registry.asked("GET", "/")).isEmpty();
  }

  @Test
  void aForwardProxyPassesOnWhatNoRuleNamesAndSharesTheRest() throws Exception {
    start("rules: [{regex: \"\\\\.rpm$\"}], ", ALLOW);
    proxy.registry.blob(BYTES);
    proxy.registry.manner(
        "/x.rpm",
        (request, connection) -> proxy.registry.content(request, connection, BYTES, "/x.rpm"));
    proxy.registry.manner(
        "/other", (request, connection) -> FakeRegistry.text(connection, "418 Teapot", "short"));
    String close = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assertThat(proxy.raw("GET " + proxy.registry.url() + "/other" + close))
        .startsWith("HTTP/1.1 418")
        .endsWith("short");
    for (int i = 0; i < 2; i++) {
      assertThat(proxy.raw("GET " + proxy.registry.url() + "/x.rpm" + close))
          .startsWith("HTTP/1.1 200 OK")
          .contains("X-Dragonfly-Task-ID");
    }
    assertThat(proxy.registry.asked("GET", "/x.rpm")).hasSize(2); // May he? And the content, once.
    assertThat(proxy.raw("GET http://169.254.169.254/latest/meta-data" + close))
        .startsWith("HTTP/1.1 403");
    assertThat(proxy.raw("CONNECT ghcr.io:443 HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 501");
    assertThat(proxy.raw("PUT /v2/a/manifests/l HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"))
        .startsWith("HTTP/1.1 405")
        .containsIgnoringCase("allow: GET, HEAD");
  }
}
