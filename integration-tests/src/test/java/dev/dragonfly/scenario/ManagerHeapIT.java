package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.LocalCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A manager of 160 MiB does not die of what strangers send. */
@ExtendWith(SharedCluster.UnderFire.class)
final class ManagerHeapIT {
  private static final int AT_ONCE = 8;
  private static final int BODY = 30 << 20;

  /** What stands around the long text. */
  private static final int EXTRA = "{\"name\":\"root\",\"password\":\"".length() + 3;

  @Test
  void eightBodiesOf30MebibytesAtOnceAreRefusedAndItLives(LocalCluster cluster) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient http = HttpClient.newHttpClient()) {
      URI url = URI.create(cluster.manager().ready("rest"));
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        // Half of them say how long the body is, the others do not.
        boolean chunked = i % 2 == 0;
        answers.add(threads.submit(() -> firstLine(url, chunked)));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get(2, TimeUnit.MINUTES)).startsWith("HTTP/1.1 413");
      }
      assertThat(cluster.manager().isAlive()).isTrue();
      HttpResponse<String> health =
          http.send(
              HttpRequest.newBuilder(url.resolve("/healthy")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(Files.readString(cluster.manager().log())).doesNotContain("OutOfMemoryError");
    }
  }

  /** By hand, because a client that is answered before it has sent all may not show the answer. */
  private static String firstLine(URI url, boolean chunked) throws IOException {
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      String length = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + (BODY + EXTRA);
      String head =
          "POST /api/v1/users/signin HTTP/1.1\r\nHost: %s\r\n%s\r\n\r\n"
              .formatted(url.getHost(), length);
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      byte[] begin = "{\"name\":\"root\",\"password\":\"".getBytes(StandardCharsets.US_ASCII);
      byte[] part = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
      try {
        write(out, begin, chunked);
        for (int sent = 0; sent < BODY; sent += part.length) {
          write(out, part, chunked);
        }
        write(out, "\"}\n".getBytes(StandardCharsets.US_ASCII), chunked);
        if (chunked) {
          out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException e) {
        // The manager has heard enough; its answer is there to be read.
      }
      String line =
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
      return line == null ? "closed without an answer" : line;
    }
  }

  private static void write(OutputStream out, byte[] bytes, boolean chunked) throws IOException {
    if (chunked) {
      out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
    out.write(bytes);
    if (chunked) {
      out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
  }
}
