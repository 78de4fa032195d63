package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.dfdaemon.source.ScriptedServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registries that fail, lie, stall or are gone. */
final class ProxyHardshipTest {
  private static final byte[] SMALL = ProxyFixture.random(10_240);
  private static final byte[] LARGE = ProxyFixture.random((9 << 20) + 5);
  private static final String QUICK =
      "limits: {answerTimeout: 3s, progressTimeout: 1500ms, stallTimeout: 5s}, ";

  @TempDir private Path dir;

  @SuppressWarnings("NullAway.Init")
  private ProxyFixture proxy;

  @AfterEach
  void stop() {
    proxy.close();
  }

  private void start() {
    proxy = new ProxyFixture(dir, QUICK, "allow: [127.0.0.1], ");
  }

  private static void fail(ScriptedServer.Connection connection, String status) throws IOException {
    FakeRegistry.text(connection, status, "{\"errors\":[]}");
  }

  @Test
  void aLieOfOnePieceIsToldBeforeAnythingIsGivenAndTheNextPullIsClean() {
    start();
    String digest = FakeRegistry.digest(SMALL);
    proxy.registry.lie(digest, ProxyFixture.random(10_241));
    HttpResponse<byte[]> wrong = proxy.get("/v2/org/app/blobs/" + digest);
    assertThat(wrong.statusCode()).isEqualTo(502);
    assertThat(ProxyFixture.text(wrong)).contains("DIGEST_INVALID");
    proxy.registry.lie(digest, SMALL);
    assertThat(proxy.get("/v2/org/app/blobs/" + digest).body()).isEqualTo(SMALL);
  }

  @Test
  void aLieOfManyPiecesIsCutBeforeItsLastByteAndTheNextPullIsClean() {
    start();
    String digest = FakeRegistry.digest(LARGE);
    byte[] wrong = LARGE.clone();
    wrong[100]++;
    proxy.registry.lie(digest, wrong);
    assertThatThrownBy(() -> proxy.get("/v2/org/app/blobs/" + digest))
        .isInstanceOf(ProxyFixture.BrokenResponse.class);
    proxy.registry.lie(digest, LARGE);
    assertThat(Arrays.equals(proxy.get("/v2/org/app/blobs/" + digest).body(), LARGE)).isTrue();
  }

  @Test
  void aRegistryThatCutsIsAskedAgainInTheSameResponse() {
    start();
    String digest = proxy.registry.blob(LARGE);
    AtomicInteger cuts = new AtomicInteger();
    proxy.registry.manner(
        digest,
        (request, connection) -> {
          if (request.method().equals("GET") && cuts.incrementAndGet() % 2 == 1) {
            long[] range = request.range().orElseThrow();
            connection
                .lines(
                    "HTTP/1.1 206 Partial Content",
                    "Content-Length: " + (range[1] + 1 - range[0]),
                    "Content-Range: bytes " + range[0] + "-" + range[1] + "/" + LARGE.length,
                    "")
                .send(Arrays.copyOfRange(LARGE, (int) range[0], (int) range[0] + (1 << 20)));
          } else {
            proxy.registry.content(request, connection, LARGE, "");
          }
        });
    assertThat(Arrays.equals(proxy.get("/v2/org/app/blobs/" + digest).body(), LARGE)).isTrue();
  }

  @Test
  void whatPeersDoNotGiveInTimeComesFromTheRegistryInTheSameResponse() {
    start();
    String digest = proxy.registry.blob(LARGE);
    AtomicInteger later = new AtomicInteger();
    proxy.registry.manner(
        digest,
        (request, connection) -> {
          boolean first = request.range().filter(range -> range[0] == 0).isPresent();
          if (request.method().equals("GET") && !first && later.incrementAndGet() <= 2) {
            connection.untilHungUp(); // The task is kept waiting.
          } else {
            proxy.registry.content(request, connection, LARGE, "");
          }
        });
    assertThat(Arrays.equals(proxy.get("/v2/org/app/blobs/" + digest).body(), LARGE)).isTrue();
  }

  @Test
  void theAnswerOfTheRegistryIsPassedOn() {
    start();
    String digest = FakeRegistry.digest(SMALL);
    assertThat(proxy.get("/v2/org/app/blobs/" + digest).statusCode()).isEqualTo(404);
    assertThat(proxy.get("/v2/org/app/manifests/none").statusCode()).isEqualTo(404);
    proxy.registry.manner(digest, (request, connection) -> fail(connection, "500 Oops"));
    assertThat(proxy.get("/v2/org/app/blobs/" + digest).statusCode()).isEqualTo(500);
    proxy.registry.manner(digest, (request, connection) -> fail(connection, "403 Forbidden"));
    assertThat(proxy.get("/v2/org/app/blobs/" + digest).statusCode()).isEqualTo(403);
  }

  @Test
  void aBlobThatIsGoneAfterItsManifestIsPassedOnAsGone() {
    start();
    String digest = FakeRegistry.digest(SMALL);
    proxy.registry.manifest("latest", "{}");
    assertThat(proxy.get("/v2/org/app/manifests/latest").statusCode()).isEqualTo(200);
    assertThat(proxy.get("/v2/org/app/blobs/" + digest).statusCode()).isEqualTo(404);
  }

  @Test
  void nobodyIsEverToldToSlowDown() {
    start();
    proxy.registry.manner(
        "latest", (request, connection) -> fail(connection, "429 Too Many Requests"));
    assertThat(proxy.get("/v2/org/app/manifests/latest").statusCode()).isEqualTo(503);
  }

  @Test
  void aSilentRegistryIsToldSoInTime() {
    start();
    String digest = proxy.registry.blob(SMALL);
    proxy.registry.manner("latest", (request, connection) -> connection.untilHungUp());
    proxy.registry.manner(digest, (request, connection) -> connection.untilHungUp());
    HttpResponse<byte[]> manifest = proxy.get("/v2/org/app/manifests/latest");
    assertThat(manifest.statusCode()).isEqualTo(504);
    assertThat(ProxyFixture.text(manifest)).contains("did not answer");
    assertThat(proxy.get("/v2/org/app/blobs/" + digest).statusCode()).isEqualTo(504);
  }

  @Test
  void aRegistryThatIsGoneIsToldSo() throws IOException {
    start();
    int port;
    try (ServerSocket unused = new ServerSocket(0)) {
      port = unused.getLocalPort();
    }
    String raw =
        proxy.raw(
            "GET /v2/127.0.0.1:"
                + port
                + "/a/manifests/latest HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(raw).startsWith("HTTP/1.1 502").contains("\"code\":\"UNAVAILABLE\"");
  }

  @Test
  void aBodyThatStallsIsEndedInTime() {
    start();
    proxy.registry.manner(
        "latest",
        (request, connection) -> {
          connection.lines("HTTP/1.1 200 OK", "Content-Length: 100", "", "some");
          connection.untilHungUp();
        });
    assertThatThrownBy(() -> proxy.get("/v2/org/app/manifests/latest"))
        .isInstanceOf(ProxyFixture.BrokenResponse.class);
  }

  @Test
  void whatIsBeingSentWhenTheDaemonEndsIsSentToItsEnd() throws Exception {
    start();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    proxy.registry.manner(
        "latest",
        (request, connection) -> {
          connection.lines("HTTP/1.1 200 OK", "Content-Length: 8", "").send(new byte[4]);
          begun.countDown();
          while (goOn.getCount() > 0 && connection.pause(5)) {
            // Waits for the daemon to end.
          }
          connection.send(new byte[4]);
        });
    try (ExecutorService executor = Threads.newVirtualExecutor("draining")) {
      CompletableFuture<HttpResponse<byte[]>> answer =
          CompletableFuture.supplyAsync(() -> proxy.get("/v2/a/manifests/latest"), executor);
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Void> closed =
          CompletableFuture.runAsync(() -> proxy.daemon.close(), executor);
      while (isListening(proxy.daemon.description().proxyPort())) {
        Thread.onSpinWait();
      }
      assertThat(closed).isNotDone();
      goOn.countDown();
      assertThat(answer.get(20, TimeUnit.SECONDS).body()).hasSize(8);
      closed.get(20, TimeUnit.SECONDS);
    }
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aRequestDoesNotGoInCircles() {
    start();
    HttpResponse<byte[]> response =
        proxy.get(
            "/v2/a/manifests/latest",
            "X-Dragonfly-Registry",
            "http://127.0.0.1:" + proxy.daemon.description().proxyPort());
    assertThat(response.statusCode()).isIn(400, 404, 508);
    String circle =
        "http://127.0.0.1:"
            + proxy.daemon.description().proxyPort()
            + "/v2/127.0.0.1:1/a/tags/list";
    try {
      assertThat(proxy.raw("GET " + circle + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 508");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
