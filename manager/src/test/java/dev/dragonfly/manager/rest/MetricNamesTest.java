package dev.dragonfly.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.api.manager.v2.ListSchedulersRequest;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.manager.app.RestCaller;
import dev.dragonfly.manager.app.RunningManager;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The names and labels that dashboards and alerts of existing installations ask for. */
@ExtendWith(RunningManager.Extension.class)
final class MetricNamesTest {
  /** A name, then its labels in the order of the alphabet. */
  private static final List<String> PINNED =
      List.of(
          "manager_requests_total code,handler,host,method,url",
          "dragonfly_manager_requests_total code,handler,host,method,url",
          "manager_request_duration_seconds_sum ",
          "manager_request_duration_seconds_count ",
          "manager_request_size_bytes_sum ",
          "manager_request_size_bytes_count ",
          "manager_response_size_bytes_sum ",
          "manager_response_size_bytes_count ",
          "dragonfly_manager_version build_time,git_commit,git_version,go_gcflags,go_tags,go_version,major,minor,platform",
          "dragonfly_manager_search_scheduler_cluster_total commit,version",
          "dragonfly_manager_search_scheduler_cluster_failure_total commit,version",
          "grpc_server_started_total grpc_method,grpc_service,grpc_type",
          "grpc_server_handled_total grpc_code,grpc_method,grpc_service,grpc_type",
          "grpc_server_msg_received_total grpc_method,grpc_service,grpc_type",
          "grpc_server_msg_sent_total grpc_method,grpc_service,grpc_type",
          "http_server_requests_seconds_count error,exception,method,outcome,status,uri",
          "hikaricp_connections_active pool",
          "hikaricp_connections_pending pool",
          "hikaricp_connections_timeout_total pool");

  private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{([^}]*)})? .*$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  private final RunningManager running;

  MetricNamesTest(RunningManager running) {
    this.running = running;
  }

  @Test
  void areThere() throws IOException, InterruptedException {
    try (RestCaller root = RestCaller.root(running)) {
      root.json("GET", "/api/v1/clusters/1", "");
    }
    callByGrpc();
    Set<String> found = new TreeSet<>();
    Matcher sample = SAMPLE.matcher(scraped());
    while (sample.find()) {
      Set<String> labels = new TreeSet<>();
      if (sample.group(2) != null) {
        LABEL.matcher(sample.group(2)).results().forEach(label -> labels.add(label.group(1)));
      }
      found.add(sample.group(1) + " " + String.join(",", labels));
    }
    assertThat(found).containsAll(PINNED);
  }

  @Test
  void ofRequestsHaveRoutesAndNoNumbersOfRows() throws IOException, InterruptedException {
    try (RestCaller root = RestCaller.root(running)) {
      root.get("/api/v1/clusters/1");
      root.get("/api/v1/clusters/4711");
      root.get("/api/v1/made-up-" + System.nanoTime());
      for (int i = 0; i < 30; i++) {
        root.send("BREW", "/api/v1/clusters", "");
      }
    }
    String text = scraped();
    assertThat(text)
        .contains("url=\"/api/v1/clusters/{id}\"", "handler=\"ClusterController.get\"")
        .doesNotContain("4711", "made-up", "BREW");
  }

  @Test
  void ofCallsHaveTheWordsOfGrpcForGo() throws IOException, InterruptedException {
    callByGrpc();
    assertThat(scraped())
        .containsPattern(
            "grpc_server_handled_total\\{grpc_code=\"OK\",grpc_method=\"ListSchedulers\","
                + "grpc_service=\"manager.v2.Manager\",grpc_type=\"unary\"} \\d")
        .contains("grpc_code=\"InvalidArgument\",grpc_method=\"ListSchedulers\"");
  }

  private void callByGrpc() {
    ManagedChannel channel = running.channel();
    try {
      ManagerGrpc.ManagerBlockingStub manager = ManagerGrpc.newBlockingStub(channel);
      manager.listSchedulers(
          ListSchedulersRequest.newBuilder().setHostname("h").setIp("10.0.0.1").build());
      assertThatThrownBy(() ->
              manager.listSchedulers(
                  ListSchedulersRequest.newBuilder().setIp("no address").build()))
          .hasMessageContaining("INVALID_ARGUMENT");
    } finally {
      channel.shutdownNow();
    }
  }

  private String scraped() throws IOException, InterruptedException {
    try (RestCaller scraper = new RestCaller(running.metricsUrl(), "")) {
      return scraper.get("/metrics").body();
    }
  }
}
