package dev.dragonfly.manager.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.testing.TestPostgres;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A manager whose database goes away says so, and stays up. */
final class DatabaseAwayTest {
  @TempDir private Path folder;

  @Test
  void requestsAre503AndTheHealthCheckIs200WhateverHeaderComes() throws Exception {
    TestPostgres postgres = TestPostgres.start();
    Path passwordFile = folder.resolve("password");
    ManagerConfig config = RunningManager.config(postgres, passwordFile);
    Closer closer = new Closer();
    SystemTimers timers = closer.add(new SystemTimers("database-away-test"));
    try (Manager manager = Manager.start(config, SystemTime.INSTANCE, timers, closer);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient http = HttpClient.newHttpClient()) {
      String credentials =
          "{\"name\":\"root\",\"password\":\"%s\"}"
              .formatted(Files.readString(passwordFile).strip());
      String token =
          JsonMapper.shared()
              .readTree(post(http, manager, credentials).body())
              .get("token")
              .asString();
      assertThat(onMetricsPort(http, manager, "/readyz")).isEqualTo(200);
      postgres.close();
      // Each waits for a connection as long as the pool allows, so they wait together.
      Future<Integer> notReady = threads.submit(() -> onMetricsPort(http, manager, "/readyz"));
      Future<Integer> noSignIn =
          threads.submit(() -> post(http, manager, credentials).statusCode());
      HttpResponse<String> refused = get(http, manager, "/api/v1/clusters", token);
      assertThat(notReady.get(30, TimeUnit.SECONDS)).isEqualTo(503);
      assertThat(noSignIn.get(30, TimeUnit.SECONDS)).isEqualTo(503);
      assertThat(onMetricsPort(http, manager, "/healthy")).isEqualTo(200);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(JsonMapper.shared().readTree(refused.body()).get("message").asString())
          .contains("database");
      assertThat(get(http, manager, "/healthy", token).statusCode()).isEqualTo(200);
      assertThat(get(http, manager, "/healthy", "nonsense").statusCode()).isEqualTo(200);
    }
  }

  private static int onMetricsPort(HttpClient http, Manager manager, String path)
      throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(manager.metricsUrl() + path))
                .timeout(Duration.ofSeconds(30))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  private static HttpResponse<String> get(
      HttpClient http, Manager manager, String path, String token)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(manager.restUrl() + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + token)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(HttpClient http, Manager manager, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(manager.restUrl() + "/api/v1/users/signin"))
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
