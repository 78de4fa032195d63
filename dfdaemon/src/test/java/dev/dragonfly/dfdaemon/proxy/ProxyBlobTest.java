package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shared content over a real connection. */
final class ProxyBlobTest {
  private static final byte[] SMALL = ProxyFixture.random(10_240);
  private static final byte[] LARGE = ProxyFixture.random((9 << 20) + 5);

  @TempDir private Path dir;
  private ProxyFixture proxy;

  @BeforeEach
  void start() {
    proxy = new ProxyFixture(dir);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 300_000, 4 << 20, (4 << 20) + 1, (9 << 20) + 5})
  void aBlobOfAnySizeComesWholeAndLeavesItsRegistryOnce(int length) {
    byte[] bytes = ProxyFixture.random(length);
    String digest = proxy.registry.blob(bytes);
    for (int i = 0; i < 3; i++) {
      HttpResponse<byte[]> response = proxy.get("/v2/org/app/blobs/" + digest);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(bytes);
      assertThat(response.headers().firstValue("Docker-Content-Digest")).hasValue(digest);
      assertThat(response.headers().firstValue("Content-Length")).hasValue("" + length);
      assertThat(response.headers().firstValue("X-Dragonfly-Task-ID"))
          .hasValue(digest.substring(7));
      assertThat(response.headers().firstValue("X-Dragonfly-Task-Download-Finished").isPresent())
          .isEqualTo(i > 0);
    }
    assertThat(proxy.registry.sent()).isEqualTo(length);
  }

  @Test
  void anEmptyBlobIsEmpty() {
    String digest = proxy.registry.blob(new byte[0]);
    HttpResponse<byte[]> response = proxy.get("/v2/org/app/blobs/" + digest);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("Content-Length")).hasValue("0");
  }

  @Test
  void manyAtOnceAreOneDownload() {
    String digest = proxy.registry.blob(LARGE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<byte[]>> all =
          IntStream.range(0, 8)
              .mapToObj(i ->
                  CompletableFuture.supplyAsync(
                      () -> proxy.get("/v2/org/app/blobs/" + digest).body(), threads))
              .toList();
      for (CompletableFuture<byte[]> one : all) {
        assertThat(Arrays.equals(one.join(), LARGE)).isTrue();
      }
    }
    assertThat(proxy.registry.sent()).isEqualTo(LARGE.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0-0", "10-99", "4194000-4195000", "9437180-", "-100", "5000000-99999999"})
  void aPartIsAnsweredColdAndFromTheDisk(String range) {
    String digest = proxy.registry.blob(LARGE);
    for (int i = 0; i < 2; i++) {
      HttpResponse<byte[]> part =
          proxy.get("/v2/org/app/blobs/" + digest, "Range", "bytes=" + range);
      int start =
          range.startsWith("-")
              ? LARGE.length - Integer.parseInt(range.substring(1))
              : Integer.parseInt(range.substring(0, range.indexOf('-')));
      String last = range.substring(range.indexOf('-') + 1);
      int end =
          range.startsWith("-") || last.isEmpty()
              ? LARGE.length
              : Math.min(LARGE.length, Integer.parseInt(last) + 1);
      assertThat(part.statusCode()).isEqualTo(206);
      assertThat(part.headers().firstValue("Content-Range"))
          .hasValue("bytes " + start + "-" + (end - 1) + "/" + LARGE.length);
      assertThat(part.body()).isEqualTo(Arrays.copyOfRange(LARGE, start, end));
      proxy.get("/v2/org/app/blobs/" + digest);
    }
  }

  @Test
  void aPartBehindTheEndIsRefusedColdAndFromTheDisk() {
    String digest = proxy.registry.blob(SMALL);
    for (int i = 0; i < 2; i++) {
      HttpResponse<byte[]> part = proxy.get("/v2/org/app/blobs/" + digest, "Range", "bytes=10240-");
      assertThat(part.statusCode()).isEqualTo(416);
      if (i > 0) {
        assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes */10240");
      }
      proxy.get("/v2/org/app/blobs/" + digest);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=5-2", "items=0-1", "bytes=x", "bytes=0-1,4-5"})
  void aRangeThatIsNoneIsIgnored(String range) {
    String digest = proxy.registry.blob(SMALL);
    HttpResponse<byte[]> whole = proxy.get("/v2/org/app/blobs/" + digest, "Range", range);
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.body()).isEqualTo(SMALL);
  }

  @Test
  void aHeadOfWhatIsHereAsksNobody() {
    String digest = proxy.registry.blob(SMALL);
    assertThat(proxy.ask("HEAD", "/v2/org/app/blobs/" + digest).statusCode()).isEqualTo(200);
    proxy.get("/v2/org/app/blobs/" + digest);
    int asked = proxy.registry.asked("HEAD", digest).size();
    HttpResponse<byte[]> head = proxy.ask("HEAD", "/v2/org/app/blobs/" + digest);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Length")).hasValue("10240");
    assertThat(head.headers().firstValue("Docker-Content-Digest")).hasValue(digest);
    assertThat(head.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    assertThat(proxy.registry.asked("HEAD", digest)).hasSize(asked);
  }

  @Test
  void aManifestByDigestKeepsItsTypeInTheCache() {
    String digest = proxy.registry.manifest("latest", "{\"schemaVersion\":2}");
    for (int i = 0; i < 2; i++) {
      HttpResponse<byte[]> response = proxy.get("/v2/org/app/manifests/" + digest);
      assertThat(ProxyFixture.text(response)).isEqualTo("{\"schemaVersion\":2}");
      assertThat(response.headers().firstValue("Content-Type"))
          .hasValue(FakeRegistry.MANIFEST_TYPE);
      assertThat(response.headers().firstValue("Docker-Content-Digest")).hasValue(digest);
    }
    assertThat(proxy.registry.asked("GET", digest)).hasSize(1);
  }

  @Test
  void aTagIsAskedOfTheRegistryEveryTime() {
    proxy.registry.manifest("latest", "one");
    assertThat(ProxyFixture.text(proxy.get("/v2/org/app/manifests/latest"))).isEqualTo("one");
    proxy.registry.manifest("latest", "two");
    assertThat(ProxyFixture.text(proxy.get("/v2/org/app/manifests/latest"))).isEqualTo("two");
  }

  @Test
  void aBlobMayLieInAStoreElsewhereWhichSeesNoCredentials() throws IOException {
    String digest = proxy.registry.blob(SMALL);
    try (FakeRegistry store = new FakeRegistry()) {
      store.blob(SMALL);
      proxy.registry.manner(
          digest,
          (request, connection) ->
              connection.lines(
                  "HTTP/1.1 307 Temporary Redirect",
                  "Location: " + store.url() + "/v2/store/blobs/" + digest,
                  "Content-Length: 0",
                  ""));
      HttpResponse<byte[]> response =
          proxy.get("/v2/org/app/blobs/" + digest, "Authorization", "Bearer secret");
      assertThat(response.body()).isEqualTo(SMALL);
      assertThat(store.asked("GET", digest))
          .isNotEmpty()
          .noneMatch(request -> request.header("authorization").isPresent());
      assertThat(proxy.registry.asked("GET", digest))
          .allMatch(request -> request.header("authorization").isPresent());
    }
  }

  @Test
  void oneConnectionServesManyRequestsEvenSentAtOnce() throws IOException {
    String digest = proxy.registry.blob("hello".getBytes(StandardCharsets.UTF_8));
    String answers =
        proxy.raw(
            proxy.blobRequest(digest)
                + proxy.blobRequest(digest)
                + "GET /healthy HTTP/1.1\r\nHost: x\r\n\r\n"
                + proxy.blobRequest(digest, "Connection: close\r\n"));
    assertThat(answers.split("hello", -1)).hasSize(4);
    assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(5);
  }

  @Test
  void anOldClientGetsItsBlob() throws IOException {
    String digest = proxy.registry.blob("hello".getBytes(StandardCharsets.UTF_8));
    String answer = proxy.raw(proxy.blobRequest(digest).replace("HTTP/1.1", "HTTP/1.0"));
    assertThat(answer).startsWith("HTTP/1.").contains("200 OK").endsWith("hello");
  }

  @Test
  void aRegistryWithoutLengthsIsServedInChunks() throws IOException {
    String digest = proxy.registry.blob(SMALL);
    proxy.registry.manner(
        digest,
        (request, connection) -> {
          connection.lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "");
          if (!request.method().equals("HEAD")) {
            connection.lines(Integer.toHexString(SMALL.length)).send(SMALL).lines("", "0", "");
          }
        });
    HttpResponse<byte[]> response = proxy.get("/v2/org/app/blobs/" + digest);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(SMALL);
  }
}
