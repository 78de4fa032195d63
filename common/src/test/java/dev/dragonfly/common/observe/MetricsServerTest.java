package dev.dragonfly.common.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MetricsServerTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Metrics metrics = new Metrics();
  private volatile boolean healthy = true;
  private final MetricsServer server = new MetricsServer(ANY, metrics, () -> healthy);

  @AfterEach
  void close() {
    http.close();
    server.close();
    metrics.close();
  }

  @Test
  void metersAreServedInTheTextFormOfPrometheus() throws Exception {
    metrics.registry().counter("dragonfly_test_pieces", "traffic", "peer").increment(3);

    HttpResponse<String> answer = request("GET", "/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    assertThat(answer.body())
        .contains("dragonfly_test_pieces_total{traffic=\"peer\"} 3.0")
        .contains("jvm_memory_used_bytes")
        .contains("jvm_threads_live_threads");
  }

  @Test
  void healthIsAskedAnewEachTime() throws Exception {
    assertThat(request("GET", "/healthy").statusCode()).isEqualTo(200);

    healthy = false;
    HttpResponse<String> answer = request("GET", "/healthy");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).isEqualTo("not serving\n");
  }

  @Test
  void otherMethodsAndPathsAreRefused() throws Exception {
    assertThat(request("POST", "/metrics").statusCode()).isEqualTo(405);
    assertThat(request("GET", "/").statusCode()).isEqualTo(404);
  }

  @Test
  void aPortInUseIsNamedWithTheKeyToChange() {
    InetSocketAddress used = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());

    assertThatThrownBy(() -> new MetricsServer(used, metrics, () -> true))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining(String.valueOf(server.port()))
        .hasMessageContaining("metrics.port")
        .extracting(e -> ((DragonflyException) e).code())
        .isEqualTo(ErrorCode.CONFIG);
  }

  @Test
  void aClosedServerNoLongerListens() {
    server.close();

    assertThatThrownBy(() -> request("GET", "/healthy")).isInstanceOf(IOException.class);
  }

  private HttpResponse<String> request(String method, String path)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .timeout(Duration.ofSeconds(5))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
