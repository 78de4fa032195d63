package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.dfdaemon.source.ScriptedServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One layer, two registries: whose word opens what the other one keeps. */
final class ProxyPossessionTest {
  private static final byte[] BYTES = ProxyFixture.random(3 << 20);
  private static final String[] GOOD = {"Authorization", "Bearer good"};

  @TempDir private Path dir;
  private final FakeRegistry other = new FakeRegistry();

  @SuppressWarnings("NullAway.Init")
  private ProxyFixture proxy;

  @SuppressWarnings("NullAway.Init")
  private String digest;

  @BeforeEach
  void holdWhatTheFirstKeepsPrivate() {
    proxy = new ProxyFixture(dir);
    digest = proxy.registry.blob(BYTES);
    assertThat(proxy.get(here(), GOOD).body()).isEqualTo(BYTES);
    assertThat(proxy.registry.sent()).isEqualTo(BYTES.length);
  }

  @AfterEach
  void stop() {
    proxy.close();
    other.close();
  }

  private String here() {
    return "/v2/private/app/blobs/" + digest;
  }

  private HttpResponse<byte[]> elsewhere(String method, String... header) {
    String[] all = Arrays.copyOf(header, header.length + 2);
    all[header.length] = "X-Dragonfly-Registry";
    all[header.length + 1] = other.url();
    // The fixture names its own registry unless the path holds it.
    return proxy.ask(method, "/v2/x/blobs/" + digest + "?from=" + proxy.registry.host(), all);
  }

  @Test
  void aRegistryThatHasTheLayerTooIsBelievedAfterAFewOfItsBytes() {
    other.blob(BYTES);
    for (int i = 0; i < 3; i++) {
      assertThat(elsewhere("GET").body()).isEqualTo(BYTES);
    }
    assertThat(other.asked("HEAD", digest)).hasSize(1);
    assertThat(other.asked("GET", digest)).hasSize(2); // One for each zone of the content.
    assertThat(other.sent()).isLessThan(10_000);
    assertThat(elsewhere("HEAD").headers().firstValue("X-Dragonfly-Task-ID")).isPresent();
  }

  @Test
  void aRegistryThatSaysYesToEverythingOpensNothing() {
    other.manner(digest, (request, connection) -> lie(request, connection, new byte[BYTES.length]));
    HttpResponse<byte[]> answer = elsewhere("GET");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).containsOnly(0);
    assertThat(elsewhere("GET", "Range", "bytes=5-5").body()).containsExactly(0);
    assertThat(elsewhere("HEAD").headers().firstValue("X-Dragonfly-Task-ID")).isEmpty();
    assertThat(proxy.get(here(), GOOD).body()).isEqualTo(BYTES);
    assertThat(proxy.registry.sent()).isEqualTo(BYTES.length);
  }

  @Test
  void toNameADigestInAManifestProvesNothing() {
    other.manifest("latest", "{\"layers\":[{\"digest\":\"" + digest + "\"}]}");
    other.manner(digest, (request, connection) -> lie(request, connection, new byte[BYTES.length]));
    proxy.ask(
        "GET",
        "/v2/x/manifests/latest?from=" + proxy.registry.host(),
        "X-Dragonfly-Registry",
        other.url());
    assertThat(elsewhere("GET").body()).containsOnly(0);
  }

  @Test
  void whoKnowsTheBeginningIsNotBelievedForTheRest() {
    byte[] known = Arrays.copyOf(Arrays.copyOf(BYTES, 1 << 20), BYTES.length);
    other.manner(digest, (request, connection) -> lie(request, connection, known));
    assertThat(elsewhere("GET").body()).isEqualTo(known);
    assertThat(elsewhere("GET", "Range", "bytes=2000000-2000099").body()).containsOnly(0);
  }

  @Test
  void whoGuessesAByteIsNotBelievedForMore() {
    byte[] known = new byte[BYTES.length];
    known[100] = BYTES[100];
    other.manner(digest, (request, connection) -> lie(request, connection, known));
    assertThat(elsewhere("GET", "Range", "bytes=100-100").body()).containsExactly(BYTES[100]);
    assertThat(elsewhere("GET").body()).isEqualTo(known);
  }

  @Test
  void aRegistryWithoutRangesIsBelievedAboutTheBeginningAndReadAboutTheRest() {
    other.blob(BYTES);
    other.manner(
        digest,
        (request, connection) -> {
          connection.lines("HTTP/1.1 200 OK", "Content-Length: " + BYTES.length, "");
          if (!request.method().equals("HEAD")) {
            connection.send(BYTES);
          }
        });
    assertThat(elsewhere("GET").body()).isEqualTo(BYTES);
  }

  private void lie(
      ScriptedServer.Request request, ScriptedServer.Connection connection, byte[] bytes)
      throws java.io.IOException {
    other.content(request, connection, bytes, "/blobs/");
  }
}
