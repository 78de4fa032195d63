package dev.dragonfly.dfdaemon.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.net.HostNames;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpSourceTlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir static Path folder;
  private final EventLoops loops = new EventLoops(1);
  private final HostNames names = new HostNames(loops, List.of(), Duration.ofSeconds(3));
  private ScriptedServer server;

  @BeforeAll
  static void makeCertificate() throws Exception {
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=test", "-ext", "SAN=IP:127.0.0.1");
    keytool("-exportcert", "-rfc", "-file", folder.resolve("cert.pem").toString());
  }

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedServer(tlsSocket(), Scripts.whole(new byte[] {1, 2, 3}));
  }

  @AfterEach
  void stop() {
    server.close();
    names.close();
    loops.close();
  }

  @Test
  void aServerWhoseAuthorityIsConfiguredIsRead() {
    try (HttpSource source = source(Optional.of(folder.resolve("cert.pem")));
        SourceResponse response = source.open(request("127.0.0.1"))) {
      assertThat(SourceFixture.bytes(response)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aServerThatNobodyVouchesForIsRefused() {
    assertThat(failure(Optional.empty(), "127.0.0.1").code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aCertificateForAnotherNameIsRefused() {
    DragonflyException failure = failure(Optional.of(folder.resolve("cert.pem")), "localhost");
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("localhost");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void anAuthorityThatCannotBeReadIsAMistakeOfTheConfiguration() throws Exception {
    Path bad = Files.writeString(folder.resolve("bad.pem"), "not a certificate");
    for (Path file : List.of(bad, folder.resolve("absent.pem"))) {
      assertThat(failure(Optional.of(file), "127.0.0.1"))
          .extracting(DragonflyException::code)
          .isEqualTo(ErrorCode.CONFIG);
    }
  }

  private DragonflyException failure(Optional<Path> caFile, String host) {
    return catchThrowableOfType(
        DragonflyException.class,
        () -> {
          try (HttpSource source = source(caFile)) {
            source.open(request(host)).close();
          }
        });
  }

  private HttpSource source(Optional<Path> caFile) {
    return new HttpSource(
        new SourceConfig(
            List.of("127.0.0.1", "::1"),
            List.of(),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            new DataSize(0),
            caFile,
            List.of()),
        loops,
        names,
        Bandwidth.unlimited(),
        new SentChunks());
  }

  private SourceRequest request(String host) {
    return new SourceRequest(
        "https://" + host + ":" + server.port() + "/f", Map.of(), Optional.empty());
  }

  private static ServerSocket tlsSocket() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context
        .getServerSocketFactory()
        .createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
  }

  private static void keytool(String... arguments) throws Exception {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    List<String> command =
        new ArrayList<>(
            List.of(
                tool.toString(),
                arguments[0],
                "-alias",
                "test",
                "-storepass",
                PASSWORD,
                "-storetype",
                "PKCS12",
                "-keystore",
                folder.resolve("keys.p12").toString()));
    command.addAll(List.of(arguments).subList(1, arguments.length));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(() -> "keytool " + arguments[0]).isZero();
  }
}
