package dev.dragonfly.common.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.TlsConfig;
import dev.dragonfly.common.net.AddressPolicy;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.common.testing.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever makes a job names the registry: it may be anybody, and lead anywhere. */
final class HostileRegistryTest {
  private static final String PATH = "/v2/app/manifests/v1";
  private static final String IMAGE =
      "{\"config\":{\"digest\":\"sha256:%s\"},\"layers\":[]}".formatted("c".repeat(64));
  private static final Duration WHOLE = Duration.ofSeconds(25);

  private final ManualTime time = new ManualTime();
  private TestServer registry;
  private TestServer other;

  @BeforeEach
  void start() throws IOException {
    registry = TestServer.start();
    other = TestServer.start();
  }

  @AfterEach
  void stop() {
    registry.close();
    other.close();
  }

  @Test
  void loopbackIsRefusedUnlessItIsListed() {
    HttpImageResolver strict = resolver(List.of(), Optional.empty(), InetAddress::getAllByName);
    for (String host :
        List.of("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0")) {
      assertRefused(strict, "http://" + host + ":" + registry.port() + PATH);
    }
    assertRefused(strict, "http://169.254.169.254/v2/app/manifests/v1");
    assertThat(registry.seen()).isEmpty();
  }

  @Test
  void aNameIsLookedUpOnceAndTheConnectionGoesToTheAddressThatWasChecked() {
    registry.on(PATH, exchange -> TestServer.reply(exchange, 200, IMAGE));
    AtomicInteger lookups = new AtomicInteger();
    PinnedNames.Lookup rebinding =
        host ->
            new InetAddress[] {
              InetAddress.getByName(lookups.getAndIncrement() == 0 ? "127.0.0.1" : "127.0.0.9")
            };
    HttpImageResolver resolver = resolver(List.of("127.0.0.1"), Optional.empty(), rebinding);
    String url = "http://registry.test:" + registry.port() + PATH;
    assertThat(resolver.resolve(request(url)).blobUrls()).hasSize(1);
    assertThat(lookups).hasValue(1);
    assertThat(registry.last().header("Host")).contains("registry.test:" + registry.port());
    assertRefused(resolver, url);
  }

  @Test
  void oneRefusedAddressOfANameIsEnough() {
    HttpImageResolver resolver =
        resolver(
            List.of("127.0.0.1"),
            Optional.empty(),
            host ->
                new InetAddress[] {
                  InetAddress.getByName("127.0.0.1"), InetAddress.getByName("127.0.0.9")
                });
    assertRefused(resolver, "http://registry.test:" + registry.port() + PATH);
    assertThat(registry.seen()).isEmpty();
  }

  @Test
  void aPublicServerDoesNotLeadIntoThePrivateNetwork() {
    Map<String, String> addresses = Map.of("public.test", "8.8.8.8", "private.test", "10.0.0.1");
    PinnedNames names =
        new PinnedNames(
            new AddressPolicy("preheat", List.of(), List.of()),
            host -> new InetAddress[] {InetAddress.getByName(addresses.get(host))});
    assertThat(names.admit("public.test", false, WHOLE)).isTrue();
    assertThat(names.admit("private.test", false, WHOLE)).isFalse();
    assertThatThrownBy(() -> names.admit("private.test", true, WHOLE))
        .hasMessageContaining("a public address redirected to a private one");
    assertThatThrownBy(() -> names.resolve("unchecked.test"))
        .isInstanceOf(UnknownHostException.class);
  }

  @Test
  void aNameThatIsNotThereIsSaid() {
    HttpImageResolver resolver =
        resolver(
            List.of(),
            Optional.empty(),
            host -> {
              throw new UnknownHostException(host);
            });
    assertThatThrownBy(() -> resolver.resolve(request("http://nowhere.test" + PATH)))
        .hasMessage("tried to look up nowhere.test, got no address");
  }

  @Test
  void aRedirectIsCheckedAndCarriesNoSecretsToOthers() {
    other.on("/elsewhere", exchange -> TestServer.reply(exchange, 200, IMAGE));
    registry.on(PATH, TestServer.redirect(307, other.url() + "/elsewhere"));
    ImageRequest secret =
        new ImageRequest(
            registry.url() + PATH,
            Map.of("Authorization", "Bearer x", "X-Key", "y"),
            "",
            Optional.empty(),
            "");
    assertThat(loopback().resolve(secret).blobUrls().getFirst()).startsWith(registry.url());
    assertThat(registry.last().header("X-Key")).contains("y");
    assertThat(other.last().header("Authorization")).isEmpty();
    assertThat(other.last().header("X-Key")).isEmpty();
    assertThat(other.last().header("Accept")).isPresent();
    registry.on(PATH, TestServer.redirect(302, "http://127.0.0.9:1/"));
    assertRefused(
        resolver(List.of("127.0.0.1"), Optional.empty(), InetAddress::getAllByName),
        registry.url() + PATH);
  }

  @Test
  void whoIsRedirectedToGetsNoLogin() {
    other.on(
        "/elsewhere",
        exchange -> {
          exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=x");
          TestServer.reply(exchange, 401, "");
        });
    registry.on(PATH, TestServer.redirect(302, other.url() + "/elsewhere"));
    ImageRequest request =
        new ImageRequest(
            registry.url() + PATH,
            Map.of(),
            "user",
            Optional.of(dev.dragonfly.common.config.Secret.of("secret")),
            "");
    assertThatThrownBy(() -> loopback().resolve(request)).hasMessageContaining("unauthorized");
    assertThat(other.seen()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "ftp://a/b",
        "http://u:p@a/b",
        "http:///x",
        "http://a:65536/",
        "h ttp"
      })
  void aRedirectToWhatIsNoWebServerIsRefused(String location) {
    registry.on(PATH, TestServer.redirect(302, location));
    assertThatThrownBy(() -> loopback().resolve(request(registry.url() + PATH)))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining("got a redirect to '");
  }

  @Test
  void redirectsAreBounded() {
    registry.on(PATH, TestServer.redirect(302, PATH));
    assertThatThrownBy(() -> loopback().resolve(request(registry.url() + PATH)))
        .hasMessageContaining("more than 5 redirects");
    assertThat(registry.seen()).hasSize(6);
  }

  @Test
  void anEndlessAnswerIsCutOff() {
    registry.on(
        PATH,
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 1 << 16; i++) {
              out.write(blanks);
            }
          } catch (IOException e) {
            // Cut off, as expected.
          }
        });
    assertThatThrownBy(() -> loopback().resolve(request(registry.url() + PATH)))
        .hasMessageContaining("more than 4194304 bytes");
  }

  @Test
  void whoSaysNothingIsLeftWhenTheTimeIsOver() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    registry.on(PATH, exchange -> silent(exchange, asked, over));
    CompletableFuture<ResolvedImage> answer =
        CompletableFuture.supplyAsync(() -> loopback().resolve(request(registry.url() + PATH)));
    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
    time.advance(WHOLE);
    assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
        .hasMessageContaining("no answer within 25000 ms");
    over.countDown();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{}",
        "{\"schemaVersion\":1,\"fsLayers\":[]}",
        "{\"layers\":[{\"digest\":\"md5:900150983cd24fb0d6963f7d28e17f72\"}]}",
        "{\"layers\":[{\"digest\":\"sha256:../../x\"}]}",
        "{\"layers\":[{}]}",
        "{\"manifests\":[{\"digest\":\"\"}]}"
      })
  void whatIsNoManifestIsSaid(String json) {
    registry.on(PATH, exchange -> TestServer.reply(exchange, 200, json));
    assertThatThrownBy(() -> loopback().resolve(request(registry.url() + PATH)))
        .isInstanceOf(DragonflyException.class)
        .hasMessageStartingWith("failed to pull image manifest: the registry gave");
  }

  @Test
  void depthAndNumberOfPartsAreBounded() {
    registry.on(PATH, exchange -> TestServer.reply(exchange, 200, "[".repeat(100_000)));
    assertThatThrownBy(() -> loopback().resolve(request(registry.url() + PATH)))
        .hasMessageContaining("no JSON");
    String layer = "{\"digest\":\"sha256:%s\"}".formatted("a".repeat(64));
    String many = "{\"layers\":[" + (layer + ",").repeat(1024) + layer + "]}";
    registry.on(PATH, exchange -> TestServer.reply(exchange, 200, many));
    assertThatThrownBy(() -> loopback().resolve(request(registry.url() + PATH)))
        .hasMessageContaining("a list of 1025 parts");
  }

  @Test
  void otherBytesThanTheDigestNamesAreNotBelieved() {
    String digest = "sha256:" + TestServer.sha256("something else");
    registry.on("/v2/app/manifests/" + digest, exchange -> TestServer.reply(exchange, 200, IMAGE));
    assertThatThrownBy(
            () -> loopback().resolve(request(registry.url() + "/v2/app/manifests/" + digest)))
        .hasMessageContaining("other bytes than " + digest);
  }

  @Test
  void onlyATrustedServerIsAskedOverTls(@TempDir Path folder) throws Exception {
    TlsConfig files = TestCertificates.create(folder, "registry");
    try (TestServer secure = TestServer.startTls(tls(folder.resolve("registry.p12")))) {
      secure.on(PATH, exchange -> TestServer.reply(exchange, 200, IMAGE));
      HttpImageResolver trusting =
          resolver(
              List.of("127.0.0.0/8"), Optional.of(files.certFile()), InetAddress::getAllByName);
      assertThat(trusting.resolve(request(secure.url() + PATH)).blobUrls()).hasSize(1);
      assertThatThrownBy(() -> loopback().resolve(request(secure.url() + PATH)))
          .hasMessageContaining("no trusted connection");
      String misnamed = "https://registry.test:" + secure.port() + PATH;
      HttpImageResolver pinned =
          resolver(
              List.of("127.0.0.0/8"),
              Optional.of(files.certFile()),
              host -> new InetAddress[] {InetAddress.getLoopbackAddress()});
      assertThatThrownBy(() -> pinned.resolve(request(misnamed)))
          .hasMessageContaining("no trusted connection");
      secure.on(PATH, TestServer.redirect(302, registry.url() + PATH));
      assertThatThrownBy(() -> trusting.resolve(request(secure.url() + PATH)))
          .hasMessageContaining("a redirect out of TLS");
      assertThat(registry.seen()).isEmpty();
    }
  }

  private static void silent(HttpExchange exchange, CountDownLatch asked, CountDownLatch over)
      throws IOException {
    asked.countDown();
    try {
      assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  private static SSLContext tls(Path store) throws Exception {
    char[] password = "changeit".toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, password);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  private static void assertRefused(HttpImageResolver resolver, String url) {
    assertThatThrownBy(() -> resolver.resolve(request(url)))
        .as(url)
        .isInstanceOfSatisfying(
            DragonflyException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PERMISSION_DENIED))
        .hasMessageContaining("preheat.allow");
  }

  private HttpImageResolver loopback() {
    return resolver(List.of("127.0.0.0/8"), Optional.empty(), InetAddress::getAllByName);
  }

  private HttpImageResolver resolver(
      List<String> allow, Optional<Path> caFile, PinnedNames.Lookup lookup) {
    return new HttpImageResolver(
        "preheat", new ResolverConfig(allow, List.of(), caFile, WHOLE), lookup, time, time);
  }

  private static ImageRequest request(String url) {
    return new ImageRequest(url, Map.of(), "", Optional.empty(), "");
  }
}
