package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.dfdaemon.app.DaemonRole;
import dev.dragonfly.dfdaemon.app.Dfdaemon;
import dev.dragonfly.dfdaemon.app.DfdaemonConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** A daemon without scheduler, with its proxy and a small registry, all on loopback. */
final class ProxyFixture implements AutoCloseable {
  static final int SOCKET_MILLIS = 15_000;

  final FakeRegistry registry = new FakeRegistry();
  final Dfdaemon daemon;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  ProxyFixture(Path dir) {
    this(dir, "", "allow: [127.0.0.1], ");
  }

  /**
   * @param proxy more keys of the proxy section, with a comma at the end
   * @param source more keys of the source section, with a comma at the end
   */
  ProxyFixture(Path dir, String proxy, String source) {
    this(dir, proxy, source, "");
  }

  /**
   * @param more sections of the configuration, each on a line of its own
   */
  ProxyFixture(Path dir, String proxy, String source, String more) {
    String yaml =
        """
        host: {ip: 127.0.0.1, hostname: proxy-test}
        server: {ip: 127.0.0.1, port: 0, socket: "%s"}
        upload: {ip: 127.0.0.1, port: 0}
        download:
          patience: {newWithoutScheduler: 0ms}
          source: {attempts: 2, backoff: 10ms}
        source: {%s headerTimeout: 2s, noProgressTimeout: 5s}
        storage: {dir: "%s"}
        metrics: {ip: 127.0.0.1, port: 0}
        proxy: {%s ip: 127.0.0.1, port: 0}
        """
                .formatted(
                    dir.resolve("d.sock"),
                    source,
                    dir.resolve("data"),
                    proxy.replace("REGISTRY", registry.host()))
            + more;
    daemon =
        Dfdaemon.start(
            ConfigLoader.parse(yaml, "test", DaemonRole.defaults(), DfdaemonConfig.class),
            DaemonRole.DFDAEMON);
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  HttpResponse<byte[]> get(String path, String... header) {
    return ask("GET", path, header);
  }

  /** Asks the proxy as a mirror of the registry; names it in the header. */
  HttpResponse<byte[]> ask(String method, String path, String... header) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + daemon.description().proxyPort() + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (path.startsWith("/v2/") && !path.contains(registry.host())) {
      request.header("X-Dragonfly-Registry", registry.url());
    }
    for (int i = 0; i < header.length; i += 2) {
      request.header(header[i], header[i + 1]);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new BrokenResponse(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The connection ended before the announced end. */
  static final class BrokenResponse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenResponse(IOException cause) {
      super(cause);
    }
  }

  /** What the daemon tells of itself. */
  String metrics() {
    try {
      return client
          .send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + daemon.metricsPort() + "/metrics"))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  Socket connect() throws IOException {
    Socket socket =
        new Socket(InetAddress.getByName("127.0.0.1"), daemon.description().proxyPort());
    socket.setSoTimeout(SOCKET_MILLIS);
    return socket;
  }

  /** Sends the text as it is and reads until the proxy ends the connection. */
  String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return readToEnd(socket);
    }
  }

  static String readToEnd(Socket socket) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    byte[] chunk = new byte[8192];
    try {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        all.write(chunk, 0, n);
      }
    } catch (java.net.SocketException e) {
      // A reset is an end as well.
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** The request of a blob, as text, with what follows the request line. */
  String blobRequest(String digest, String... lines) {
    return "GET /v2/org/app/blobs/"
        + digest
        + " HTTP/1.1\r\nHost: x\r\nX-Dragonfly-Registry: "
        + registry.url()
        + "\r\n"
        + String.join("", lines)
        + "\r\n";
  }

  @Override
  public void close() {
    client.close();
    daemon.close();
    registry.close();
  }
}
