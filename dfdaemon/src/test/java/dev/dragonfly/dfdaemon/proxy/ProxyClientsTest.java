package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow, rude, many or gone. */
final class ProxyClientsTest {
  private static final byte[] LARGE = ProxyFixture.random((9 << 20) + 5);

  @TempDir private Path dir;

  @SuppressWarnings("NullAway.Init")
  private ProxyFixture proxy;

  @AfterEach
  void stop() {
    proxy.close();
  }

  private void start(String limits) {
    proxy = new ProxyFixture(dir, "limits: {" + limits + "}, ", "allow: [127.0.0.1], ");
  }

  @Test
  void aClientThatGoesAwayEndsNothingForOthers() throws Exception {
    start("stallTimeout: 10s");
    String digest = proxy.registry.blob(LARGE);
    CountDownLatch half = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    proxy.registry.manner(
        digest,
        (request, connection) -> {
          if (request.method().equals("GET")
              && request.range().filter(range -> range[0] > 0).isPresent()) {
            half.countDown();
            await(goOn);
          }
          proxy.registry.content(request, connection, LARGE, "");
        });
    CompletableFuture<HttpResponse<byte[]>> stays =
        CompletableFuture.supplyAsync(() -> proxy.get("/v2/org/app/blobs/" + digest));
    try (Socket leaves = proxy.connect()) {
      leaves
          .getOutputStream()
          .write(proxy.blobRequest(digest).getBytes(StandardCharsets.ISO_8859_1));
      await(half);
      assertThat(leaves.getInputStream().readNBytes(100_000)).hasSize(100_000);
    }
    goOn.countDown();
    assertThat(Arrays.equals(stays.get(20, TimeUnit.SECONDS).body(), LARGE)).isTrue();
    assertThat(proxy.registry.sent()).isEqualTo(LARGE.length);
  }

  @Test
  void theOnlyClientMayGoAwayAndComeBackForTheRest() throws Exception {
    start("stallTimeout: 10s");
    String digest = proxy.registry.blob(LARGE);
    try (Socket leaves = proxy.connect()) {
      leaves
          .getOutputStream()
          .write(proxy.blobRequest(digest).getBytes(StandardCharsets.ISO_8859_1));
      assertThat(leaves.getInputStream().readNBytes(100_000)).hasSize(100_000);
    }
    HttpResponse<byte[]> rest = proxy.get("/v2/org/app/blobs/" + digest, "Range", "bytes=100000-");
    assertThat(rest.statusCode()).isEqualTo(206);
    assertThat(Arrays.equals(rest.body(), Arrays.copyOfRange(LARGE, 100_000, LARGE.length)))
        .isTrue();
  }

  @Test
  void aClientThatTakesNothingIsLetGo() throws Exception {
    start("stallTimeout: 300ms");
    String digest = proxy.registry.blob(LARGE);
    proxy.get("/v2/org/app/blobs/" + digest);
    try (Socket stuck = new Socket()) {
      stuck.setReceiveBufferSize(4096);
      stuck.connect(
          new java.net.InetSocketAddress("127.0.0.1", proxy.daemon.description().proxyPort()),
          5000);
      stuck.setSoTimeout(ProxyFixture.SOCKET_MILLIS);
      stuck
          .getOutputStream()
          .write(proxy.blobRequest(digest).getBytes(StandardCharsets.ISO_8859_1));
      assertThat(stuck.getInputStream().read()).as("it was let in").isNotNegative();
      awaitConnections(1); // Only the other client's idle one is left.
      assertThat(ProxyFixture.readToEnd(stuck).length()).isLessThan(LARGE.length);
    }
  }

  private void awaitConnections(int count) throws Exception {
    String gauge = "dragonfly_dfdaemon_proxy_connections ";
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!proxy.metrics().contains(gauge + count + ".0")) {
      assertThat(System.nanoTime()).as("time for %s connections", count).isLessThan(end);
      new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /v2/ HTTP/1.1\r\nHost: x\r\nX-", "G", "GET /v2/ HTTP/1.1\r\n"})
  void aRequestThatNeverEndsIsNotWaitedFor(String begin) throws IOException {
    start("headerTimeout: 300ms");
    assertThat(proxy.raw(begin)).isEmpty();
  }

  @Test
  void aConnectionWithoutRequestsIsNotKept() throws IOException {
    start("idleTimeout: 300ms");
    assertThat(proxy.raw("")).isEmpty();
    assertThat(proxy.raw("GET /healthy HTTP/1.1\r\nHost: x\r\n\r\n")).contains("200 OK");
  }

  @Test
  void aDripOfHeadersIsNoRequest() throws IOException {
    start("headerTimeout: 400ms");
    try (Socket slow = proxy.connect()) {
      slow.getOutputStream().write("GET /v2/ HTTP/1.1\r\n".getBytes(StandardCharsets.ISO_8859_1));
      Thread drip =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (!new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS)) {
                    slow.getOutputStream().write("X: y\r\n".getBytes(StandardCharsets.UTF_8));
                  }
                } catch (IOException | InterruptedException e) {
                  // The proxy has ended it.
                }
              });
      assertThat(ProxyFixture.readToEnd(slow)).isEmpty();
      drip.interrupt();
    }
  }

  @Test
  void longHeadersThatComeInManyPartsAreFine() throws IOException {
    start("headerTimeout: 2s");
    String token = "Authorization: Bearer " + "x".repeat(30_000) + "\r\n";
    assertThat(
            proxy.raw("GET /healthy HTTP/1.1\r\nHost: x\r\n" + token + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void whatIsTooLongIsRefused() throws IOException {
    start("headerSize: 8KiB");
    String bomb = "X-Bomb: " + "x".repeat(1000) + "\r\n";
    assertThat(proxy.raw("GET /v2/ HTTP/1.1\r\nHost: x\r\n" + bomb.repeat(100) + "\r\n"))
        .startsWith("HTTP/1.1 431");
    assertThat(proxy.raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 414");
    assertThat(
            proxy.raw(
                "GET /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
                    + "x".repeat(100_000)))
        .startsWith("HTTP/1.1 413");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n\r\n\u0000\u0001\u0002\r\n\r\n",
        "HELLO\r\n\r\n",
        "GET /v2/ HTTP/9.9x\r\n\r\n",
        "GET /v2/a/manifests/l\u0007 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /v2/ HTTP/1.1\r\nBad Header\u0000: x\r\n\r\n"
      })
  void garbageIsRefused(String garbage) throws IOException {
    start("headerTimeout: 2s");
    String answer = proxy.raw(garbage);
    assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 4")).as(answer).isTrue();
  }

  @Test
  void tooManyConnectionsAreRefused() throws IOException {
    start("connections: 2");
    try (Socket one = proxy.connect();
        Socket two = proxy.connect()) {
      awaitAnswer(one);
      awaitAnswer(two);
      assertThat(proxy.raw("")).isEmpty();
    }
  }

  /** Event loops take connections in any order: who has an answer is in. */
  private static void awaitAnswer(Socket connection) throws IOException {
    connection
        .getOutputStream()
        .write("GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    assertThat(connection.getInputStream().read()).isEqualTo('H');
  }

  @Test
  void aBusyProxySaysSoForManifestsAndLetsBlobsWait() throws Exception {
    start("requests: 1, queueWait: 100ms, blobQueueWait: 10s, answerTimeout: 10s");
    String digest = proxy.registry.blob(LARGE);
    proxy.registry.manifest("free", "{}");
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    proxy.registry.manner(
        "busy",
        (request, connection) -> {
          asked.countDown();
          await(goOn);
          FakeRegistry.text(connection, "200 OK", "{}");
        });
    CompletableFuture<HttpResponse<byte[]>> busy =
        CompletableFuture.supplyAsync(() -> proxy.get("/v2/org/app/manifests/busy"));
    await(asked);
    HttpResponse<byte[]> refused = proxy.get("/v2/org/app/manifests/free");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(ProxyFixture.text(refused)).contains("UNAVAILABLE").contains("busy");
    CompletableFuture<HttpResponse<byte[]>> blob =
        CompletableFuture.supplyAsync(() -> proxy.get("/v2/org/app/blobs/" + digest));
    goOn.countDown();
    assertThat(busy.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(blob.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void nothingIsLeftInFlight() throws Exception {
    start("stallTimeout: 10s");
    String digest = proxy.registry.blob(LARGE);
    for (int i = 0; i < 5; i++) {
      proxy.get("/v2/org/app/blobs/" + digest);
      try (Socket leaves = proxy.connect()) {
        leaves
            .getOutputStream()
            .write(proxy.blobRequest(digest).getBytes(StandardCharsets.ISO_8859_1));
        assertThat(leaves.getInputStream().read()).isEqualTo('H');
      }
    }
    awaitConnections(1);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!proxy.metrics().contains("dragonfly_dfdaemon_proxy_in_flight 0.0")) {
      assertThat(System.nanoTime()).isLessThan(end);
      new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
    assertThat(proxy.metrics())
        .contains("dragonfly_dfdaemon_proxy_requests_total{result=\"2xx\",route=\"task\"}")
        .contains("dragonfly_dfdaemon_proxy_bytes_total{route=\"task\"}")
        .contains("dragonfly_dfdaemon_proxy_first_byte_seconds_count{route=\"task\"}");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(15, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
