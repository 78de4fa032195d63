package dev.dragonfly.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.Soon;
import dev.dragonfly.scenario.JobClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the calls of Harbor's driver for Dragonfly (2.12 and later: {@code
 * src/pkg/p2p/preheat/provider/dragonfly.go}), byte for byte, and reads the answers as it does. It
 * never repeats a call: one that fails has failed the preheat.
 */
final class HarborDriver {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final JobClient manager;
  private int polls;

  /** A line of the table that Harbor writes into the log of its job. */
  record Row(
      String blobUrl, String hostname, String ip, long clusterId, String state, String error) {}

  HarborDriver(JobClient manager) {
    this.manager = manager;
  }

  /** How often it asked how far the job is. */
  int polls() {
    return polls;
  }

  /** "Test connection", which it does before each preheat too. */
  void checkHealth() {
    assertThat(send(request("/healthy").GET()).statusCode() / 100).isEqualTo(2);
  }

  /**
   * Begins a preheat; returns the number of the job.
   *
   * @param authorization with which Harbor lets others pull the image
   */
  long preheat(String imageUrl, String authorization) {
    String body =
        """
        {"type":"preheat","args":{"type":"image","url":"%s","tag":"","filtered_query_params":"","headers":{"Authorization":"%s"},"scope":"","concurrent_count":0,"timeout":0},"scheduler_cluster_ids":null}\
        """
            .formatted(imageUrl, authorization);
    HttpResponse<String> response =
        send(request("/oapi/v1/jobs").POST(BodyPublishers.ofString(body)));
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299).isNotEqualTo(208);
    JsonNode job = JSON.readTree(response.body());
    assertThat(job.get("id").isIntegralNumber()).isTrue();
    assertTimes(job);
    return job.get("id").asLong();
  }

  /** Polls until the job is a success; returns the table. */
  List<Row> follow(long id) {
    List<Row> table = new ArrayList<>();
    Soon.holds("Harbor sees the success", LIMIT, () -> isSuccess(id, table));
    return table;
  }

  private boolean isSuccess(long id, List<Row> table) {
    HttpResponse<String> response = send(request("/oapi/v1/jobs/" + id).GET());
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    polls++;
    JsonNode job = JSON.readTree(response.body());
    assertTimes(job);
    String state = job.get("state").asString();
    if (state.equals("SUCCESS")) {
      table(job, table);
      return true;
    }
    assertThat(state).as("any other word is a failure: " + job).isEqualTo("PENDING");
    return false;
  }

  private static void table(JsonNode job, List<Row> table) {
    for (JsonNode state : job.get("result").get("job_states")) {
      for (JsonNode result : state.get("results")) {
        long cluster = result.get("scheduler_cluster_id").asLong();
        rows(result.get("success_tasks"), cluster, "SUCCESS", table);
        rows(result.get("failure_tasks"), cluster, "FAILURE", table);
      }
    }
  }

  private static void rows(JsonNode tasks, long cluster, String state, List<Row> table) {
    for (JsonNode task : tasks) {
      table.add(
          new Row(
              task.get("url").asString(),
              task.get("hostname").asString(),
              task.get("ip").asString(),
              cluster,
              state,
              task.path("description").asString("")));
    }
  }

  private static void assertTimes(JsonNode job) {
    for (String name : List.of("created_at", "updated_at")) {
      // Throws where Go's parser of RFC 3339 would.
      OffsetDateTime.parse(job.get(name).asString(), DateTimeFormatter.ISO_OFFSET_DATE_TIME);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(manager.url(path))
        .timeout(CALL_LIMIT)
        .header("Authorization", "Bearer " + manager.token())
        .header("Content-Type", "application/json")
        .header("Accept", "application/json");
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
