package dev.dragonfly.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RunningManager;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.hibernate.SessionFactory;
import org.hibernate.stat.Statistics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

/** However many rows a list has, it asks the database three times at most. */
@ExtendWith(RunningManager.Extension.class)
final class ListQueriesTest {
  /** Page, count, and what belongs to the rows; beside them the account of the session. */
  private static final int MOST = 3 + 1;

  private static final int ROWS = 6;

  private final RunningManager running;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Statistics statistics;
  private String token = "";

  ListQueriesTest(RunningManager running) {
    this.running = running;
    this.statistics =
        running.bean(EntityManagerFactory.class).unwrap(SessionFactory.class).getStatistics();
  }

  @BeforeEach
  void fill() throws IOException, InterruptedException {
    running.clear();
    running.time().advance(Duration.ofMinutes(2));
    token =
        JsonMapper.shared()
            .readTree(
                post(
                        "/api/v1/users/signin",
                        "{\"name\":\"root\",\"password\":\"%s\"}".formatted(running.rootPassword()))
                    .body())
            .get("token")
            .asString();
    for (int i = 0; i < ROWS; i++) {
      made(
          "clusters",
          "{'name':'list-%d','scheduler_cluster_config':{},'seed_peer_cluster_config':{},'peer_cluster_config':{}}",
          i);
      made(
          "schedulers",
          "{'host_name':'list-%d','ip':'10.0.0.1','port':8002,'scheduler_cluster_id':1}",
          i);
      made(
          "seed-peers",
          "{'host_name':'list-%d','type':'super','ip':'10.0.0.1','port':8002,'download_port':8003,'seed_peer_cluster_id':1}",
          i);
      made(
          "peers",
          "{'host_name':'list-%d','type':'normal','ip':'10.0.0.1','port':8002,'download_port':8003,'proxy_port':8004,'scheduler_cluster_id':1}",
          i);
      made(
          "applications",
          "{'name':'list-%d','url':'http://h','priority':{'value':1},'user_id':1}",
          i);
      made(
          "personal-access-tokens",
          "{'name':'list-%d','expired_at':'2199-01-01T00:00:00Z','user_id':1}",
          i);
    }
    statistics.setStatisticsEnabled(true);
  }

  @AfterEach
  void close() {
    statistics.setStatisticsEnabled(false);
    for (String table : List.of("peers", "personal_access_tokens")) {
      running
          .bean(org.springframework.jdbc.core.simple.JdbcClient.class)
          .sql("DELETE FROM " + table)
          .update();
    }
    running.clear();
    http.close();
  }

  @Test
  void noListAsksForEachRow() throws IOException, InterruptedException {
    for (String list :
        List.of(
            "clusters",
            "scheduler-clusters",
            "seed-peer-clusters",
            "schedulers",
            "seed-peers",
            "peers",
            "applications",
            "personal-access-tokens",
            "users",
            "configs",
            "audits")) {
      statistics.clear();
      HttpResponse<String> page = get("/api/v1/" + list + "?page=1&per_page=" + (ROWS - 1));
      assertThat(page.statusCode()).as(list + page.body()).isEqualTo(200);
      assertThat(statistics.getPrepareStatementCount()).as(list).isBetween(1L, (long) MOST);
    }
  }

  private void made(String group, String body, int number)
      throws IOException, InterruptedException {
    HttpResponse<String> made = post("/api/v1/" + group, body.formatted(number).replace("'", "\""));
    assertThat(made.statusCode()).as(group + made.body()).isEqualTo(200);
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(running.restUrl() + path))
            .timeout(Duration.ofSeconds(20));
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }
}
