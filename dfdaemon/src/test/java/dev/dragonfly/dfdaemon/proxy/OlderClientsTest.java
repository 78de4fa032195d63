package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that speak HTTP/1.0, as an nginx in front of the proxy does. */
final class OlderClientsTest {
  @TempDir private Path dir;

  @SuppressWarnings("NullAway.Init")
  private ProxyFixture proxy;

  @BeforeEach
  void start() {
    proxy = new ProxyFixture(dir);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  /** Without a word about it, such a client waits for the end of the connection. */
  @Test
  void aConnectionIsKeptWhenTheClientIsToldSo() throws IOException {
    String digest = proxy.registry.blob("hello".getBytes(StandardCharsets.UTF_8));
    String answers =
        proxy.raw(
            request("blobs/" + digest, "Connection: Keep-Alive\r\n")
                + request("blobs/" + digest, ""));
    assertThat(answers.split("HTTP/1\\.1 ", -1)).hasSize(3);
    assertThat(answers).containsOnlyOnce("connection: keep-alive").contains("\r\n\r\nhello");
  }

  /** Chunks came with HTTP/1.1; the end of the connection says where such a body ends. */
  @Test
  void aBodyOfUnknownLengthComesWithoutChunks() throws IOException {
    proxy.registry.manner(
        "latest",
        (request, connection) -> {
          connection.lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "");
          connection.send("5\r\nhello\r\n0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        });
    String answer = proxy.raw(request("manifests/latest", "Connection: Keep-Alive\r\n"));
    assertThat(answer)
        .startsWith("HTTP/1.1 200")
        .doesNotContainIgnoringCase("chunked")
        .doesNotContain("keep-alive")
        .endsWith("\r\n\r\nhello");
  }

  private String request(String what, String header) {
    return "GET /v2/org/app/"
        + what
        + " HTTP/1.0\r\nHost: x\r\nX-Dragonfly-Registry: "
        + proxy.registry.url()
        + "\r\n"
        + header
        + "\r\n";
  }
}
