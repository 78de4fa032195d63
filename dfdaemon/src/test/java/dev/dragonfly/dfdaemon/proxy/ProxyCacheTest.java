package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.dfdaemon.v2.DeleteTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonDownloadGrpc;
import dev.dragonfly.common.grpc.GrpcChannels;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered from the cache at once, on the event loop, and what is not. */
final class ProxyCacheTest {
  private static final byte[] SMALL = ProxyFixture.random(10_240);
  private static final byte[] LARGE = ProxyFixture.random((9 << 20) + 5);
  private static final String[] GOOD = {"Authorization", "Bearer good"};
  private static final String AT_ONCE = "dragonfly_dfdaemon_proxy_at_once_total ";

  @TempDir private Path dir;
  private ProxyFixture proxy;
  private long before;

  @BeforeEach
  void start() {
    proxy = new ProxyFixture(dir);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  /** How many were, since the content was cached. */
  private long atOnce() {
    return total() - before;
  }

  private long total() {
    return proxy
        .metrics()
        .lines()
        .filter(line -> line.startsWith(AT_ONCE))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(AT_ONCE.length())))
        .findFirst()
        .orElseThrow();
  }

  /** Asks until it is in the cache and its registry has shown that it holds it. */
  private String cached(String repository, byte[] bytes, String... header) {
    String digest = proxy.registry.blob(bytes);
    String path = "/v2/" + repository + "/blobs/" + digest;
    for (int i = 0; i < 2; i++) {
      assertThat(Arrays.equals(proxy.get(path, header).body(), bytes)).isTrue();
    }
    before = total(); // A small one was so already.
    return path;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_536, 65_537, 300_000, 4 << 20, (9 << 20) + 5})
  void whatIsInTheCacheIsAnsweredAtOnceAsOftenAsItIsAskedFor(int length) {
    byte[] bytes = ProxyFixture.random(length);
    String path = cached("org/app", bytes);
    HttpResponse<byte[]> before = proxy.get(path);
    for (int i = 0; i < 3; i++) {
      HttpResponse<byte[]> response = proxy.get(path);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(Arrays.equals(response.body(), bytes)).isTrue();
      assertThat(response.headers()).isEqualTo(before.headers());
    }
    awaitAtOnce(4);
    assertThat(proxy.registry.sent()).isEqualTo(length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0-0", "10-99", "4194000-4195000", "9437180-", "-100", "500000-99999999"})
  void aPartIsAnsweredAtOnce(String range) {
    String path = cached("org/app", LARGE);
    int start =
        range.startsWith("-")
            ? LARGE.length - Integer.parseInt(range.substring(1))
            : Integer.parseInt(range.substring(0, range.indexOf('-')));
    String last = range.substring(range.indexOf('-') + 1);
    int end =
        range.startsWith("-") || last.isEmpty()
            ? LARGE.length
            : Math.min(LARGE.length, Integer.parseInt(last) + 1);
    HttpResponse<byte[]> part = proxy.get(path, "Range", "bytes=" + range);
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.headers().firstValue("Content-Range"))
        .hasValue("bytes " + start + "-" + (end - 1) + "/" + LARGE.length);
    assertThat(Arrays.equals(part.body(), Arrays.copyOfRange(LARGE, start, end))).isTrue();
    awaitAtOnce(1);
  }

  @Test
  void aPartBehindTheEndIsRefusedAsEver() {
    String path = cached("org/app", SMALL);
    assertThat(proxy.get(path, "Range", "bytes=10240-").statusCode()).isEqualTo(416);
    assertThat(atOnce()).isZero();
  }

  @Test
  void aHeadIsAnsweredAtOnceAndWithoutABody() {
    String path = cached("org/app", LARGE);
    HttpResponse<byte[]> head = proxy.ask("HEAD", path);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Length")).hasValue("" + LARGE.length);
    assertThat(head.body()).isEmpty();
    assertThat(proxy.get(path).body()).hasSize(LARGE.length);
    awaitAtOnce(2);
  }

  @Test
  void requestsThatComeAtOnceAreAnsweredInTheirOrder() throws IOException {
    String path = cached("org/app", SMALL);
    String digest = path.substring(path.indexOf("sha256"));
    String one = proxy.blobRequest(digest, "Range: bytes=1-1\r\n");
    String other = proxy.blobRequest(digest, "Range: bytes=2-2\r\n");
    String last = proxy.blobRequest(digest, "Range: bytes=3-3\r\nConnection: close\r\n");
    String answers = proxy.raw((one + other).repeat(200) + last);
    StringBuilder bodies = new StringBuilder();
    for (String answer : answers.split("HTTP/1.1 206 Partial Content\r\n", -1)) {
      bodies.append(
          answer.substring(answer.indexOf("\r\n\r\n") < 0 ? 0 : answer.indexOf("\r\n\r\n") + 4));
    }
    String pair = new String(SMALL, 1, 2, StandardCharsets.ISO_8859_1);
    String end = new String(SMALL, 3, 1, StandardCharsets.ISO_8859_1);
    assertThat(bodies.toString()).isEqualTo(pair.repeat(200) + end);
    awaitAtOnce(401);
  }

  @Test
  void aPrivateBlobIsAnsweredAtOnceOnlyToHimWhomItsRegistryLetIn() {
    String path = cached("private/app", SMALL, GOOD);
    assertThat(proxy.get(path, GOOD).body()).isEqualTo(SMALL);
    awaitAtOnce(1);
    assertThat(proxy.get(path).statusCode()).isEqualTo(401);
    assertThat(proxy.ask("HEAD", path).statusCode()).isEqualTo(401);
    assertThat(proxy.get(path, "Authorization", "Bearer bad").statusCode()).isEqualTo(401);
    assertThat(
            proxy.get(path.replace("/app/", "/other/"), "Authorization", "Bearer bad").statusCode())
        .isEqualTo(401);
    awaitAtOnce(1);
  }

  @Test
  void whomTheRegistryRefusesLaterIsNotAnsweredAtOnceAnyMore() {
    String path = cached("private/app", SMALL, GOOD);
    assertThat(proxy.get(path, GOOD).statusCode()).isEqualTo(200);
    proxy.registry.manner(
        "",
        (request, connection) ->
            FakeRegistry.text(connection, "401 Unauthorized", "{\"errors\":[]}"));
    assertThat(proxy.get("/v2/private/app/manifests/latest", GOOD).statusCode()).isEqualTo(401);
    assertThat(proxy.get(path, GOOD).statusCode()).isEqualTo(401);
    awaitAtOnce(1);
  }

  @Test
  void aFileThatLostItsEndIsFinishedByTheRegistryInTheSameResponse() throws IOException {
    String path = cached("org/app", LARGE);
    try (FileChannel file =
        FileChannel.open(
            contentFile(path.substring(path.indexOf(':') + 1)), StandardOpenOption.WRITE)) {
      file.truncate(5 << 20);
    }
    HttpResponse<byte[]> response = proxy.get(path);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(Arrays.equals(response.body(), LARGE)).isTrue();
    awaitAtOnce(1);
  }

  @Test
  void aTaskThatIsDeletedWhileItIsSentIsSentToItsEnd() throws IOException {
    String path = cached("org/app", LARGE);
    String digest = path.substring(path.indexOf("sha256"));
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(
          new InetSocketAddress("127.0.0.1", proxy.daemon.description().proxyPort()), 5000);
      slow.setSoTimeout(ProxyFixture.SOCKET_MILLIS);
      slow.getOutputStream()
          .write(
              proxy
                  .blobRequest(digest, "Connection: close\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = slow.getInputStream();
      byte[] begin = in.readNBytes(4096);
      delete(digest.substring("sha256:".length()));
      byte[] rest = in.readAllBytes();
      byte[] all = Arrays.copyOf(begin, begin.length + rest.length);
      System.arraycopy(rest, 0, all, begin.length, rest.length);
      assertThat(
              Arrays.equals(Arrays.copyOfRange(all, all.length - LARGE.length, all.length), LARGE))
          .isTrue();
    }
    awaitAtOnce(1);
    assertThat(Arrays.equals(proxy.get(path).body(), LARGE)).isTrue();
    assertThat(proxy.registry.sent()).isEqualTo(2L * LARGE.length);
    awaitAtOnce(1);
  }

  @Test
  void clientsThatGoAwayLeaveNothingInFlight() throws Exception {
    String path = cached("org/app", LARGE);
    String digest = path.substring(path.indexOf("sha256"));
    for (int i = 0; i < 5; i++) {
      try (Socket leaves = proxy.connect()) {
        leaves
            .getOutputStream()
            .write(proxy.blobRequest(digest).getBytes(StandardCharsets.ISO_8859_1));
        assertThat(leaves.getInputStream().read()).isEqualTo('H');
      }
    }
    assertThat(Arrays.equals(proxy.get(path).body(), LARGE)).isTrue();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!proxy.metrics().contains("dragonfly_dfdaemon_proxy_in_flight 0.0")) {
      assertThat(System.nanoTime()).isLessThan(end);
      new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
    awaitAtOnce(6);
  }

  /** Counted when the answer is out, which its reader may see first. */
  private void awaitAtOnce(long answers) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (atOnce() < answers && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(atOnce()).isEqualTo(answers);
  }

  private Path contentFile(String task) throws IOException {
    try (Stream<Path> files = Files.walk(dir.resolve("data").resolve("content"))) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).equals(task))
          .findFirst()
          .orElseThrow();
    }
  }

  private void delete(String task) {
    ManagedChannel channel = GrpcChannels.unixSocket(dir.resolve("d.sock"));
    try {
      DfdaemonDownloadGrpc.newBlockingStub(channel)
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .deleteTask(DeleteTaskRequest.newBuilder().setTaskId(task).build());
    } finally {
      channel.shutdownNow();
    }
  }
}
