package dev.dragonfly.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RestCaller;
import dev.dragonfly.manager.app.RunningManager;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Methods besides those that everybody uses. */
@ExtendWith(RunningManager.Extension.class)
final class MethodsTest {
  private final RunningManager running;
  private final RestCaller stranger;
  private final RestCaller root;

  MethodsTest(RunningManager running) {
    this.running = running;
    stranger = new RestCaller(running.restUrl(), "");
    root = RestCaller.root(running);
  }

  @BeforeEach
  void clear() {
    running.clear();
  }

  @AfterEach
  void close() {
    stranger.close();
    root.close();
  }

  @Test
  void headIsGetWithoutABody() throws IOException, InterruptedException {
    for (String path : List.of("/healthy", "/", "/v3/api-docs", "/v3/api-docs.yaml")) {
      HttpResponse<String> answer = stranger.send("HEAD", path, "");
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.body()).as(path).isEmpty();
      assertThat(stranger.get(path).statusCode()).as(path).isEqualTo(200);
    }
    assertThat(stranger.send("HEAD", "/api/v1/clusters", "").statusCode()).isEqualTo(401);
    assertThat(root.send("HEAD", "/api/v1/clusters", "").statusCode()).isEqualTo(200);
  }

  @Test
  void optionsTellTheMethodsToAnybody() throws IOException, InterruptedException {
    assertThat(allowed("/healthy")).contains("GET", "HEAD");
    assertThat(allowed("/api/v1/users/signin")).contains("POST");
    assertThat(allowed("/api/v1/clusters")).contains("GET", "POST").doesNotContain("DELETE");
    assertThat(allowed("/api/v1/clusters/1")).contains("GET", "PATCH", "DELETE");
    assertThat(allowed("/oapi/v1/clusters")).contains("GET", "POST");
    assertThat(stranger.send("OPTIONS", "/api/v1/nothing", "").statusCode()).isEqualTo(404);
  }

  @Test
  void aLinkOfClustersCanBeRemoved() throws IOException, InterruptedException {
    String link = "/api/v1/seed-peer-clusters/1/scheduler-clusters/1";
    assertThat(root.send("PUT", link, "").statusCode()).isEqualTo(200);
    assertThat(linked()).isEqualTo(1);
    assertThat(root.send("DELETE", link, "").statusCode()).isEqualTo(200);
    assertThat(linked()).isZero();
    assertThat(root.send("DELETE", link, "").statusCode()).isEqualTo(404);
    assertThat(root.json("GET", "/api/v1/clusters/1", "").get("seed_peer_cluster_id").asInt())
        .isZero();
    assertThat(root.send("PUT", link, "").statusCode()).isEqualTo(200);
  }

  private int linked() throws IOException, InterruptedException {
    return root.json("GET", "/api/v1/scheduler-clusters/1", "").get("seed_peer_clusters").size();
  }

  private String allowed(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = stranger.send("OPTIONS", path, "");
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.headers().firstValue("Allow").orElse("none");
  }
}
