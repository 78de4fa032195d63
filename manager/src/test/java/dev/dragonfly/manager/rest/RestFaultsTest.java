package dev.dragonfly.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RunningManager;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hibernate.SessionFactory;
import org.hibernate.stat.Statistics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What went wrong once, over the real port. */
@ExtendWith(RunningManager.Extension.class)
final class RestFaultsTest {
  private static final String CLUSTERS = "/api/v1/clusters";
  private static final String NEW =
      """
      {"name":"%s","scheduler_cluster_config":{},"seed_peer_cluster_config":{},
       "peer_cluster_config":{}}
      """;
  private static final String SIGN_IN = "/api/v1/users/signin";
  private static final String PASSWORD = "right-password";

  private final RunningManager running;
  private final HttpClient http = HttpClient.newHttpClient();
  private String token = "";

  RestFaultsTest(RunningManager running) {
    this.running = running;
  }

  @BeforeEach
  void signIn() throws IOException, InterruptedException {
    running.clear();
    running.time().advance(Duration.ofMinutes(2));
    running
        .bean(JdbcClient.class)
        .sql("UPDATE users SET encrypted_password = :password WHERE id = 1")
        .param("password", running.bean(PasswordEncoder.class).encode(PASSWORD))
        .update();
    token = json(send("POST", SIGN_IN, credentials(PASSWORD))).get("token").asString();
  }

  @AfterEach
  void restore() throws IOException {
    String first = Files.readString(running.passwordFile()).strip();
    running
        .bean(JdbcClient.class)
        .sql("UPDATE users SET encrypted_password = :password WHERE id = 1")
        .param("password", running.bean(PasswordEncoder.class).encode(first))
        .update();
    http.close();
  }

  @Test
  void twoChangesAtOnceOfDifferentFieldsBothStay() throws Exception {
    String path = create("twice");
    for (int i = 1; i <= 200; i++) {
      CompletableFuture<HttpResponse<String>> bio =
          later("PATCH", path, "{\"bio\":\"b" + i + "\"}");
      CompletableFuture<HttpResponse<String>> limit =
          later("PATCH", path, "{\"peer_cluster_config\":{\"load_limit\":" + i + "}}");
      assertThat(bio.get().statusCode()).isEqualTo(200);
      assertThat(limit.get().statusCode()).isEqualTo(200);
      JsonNode after = json(send("GET", path, ""));
      assertThat(after.get("bio").asString()).isEqualTo("b" + i);
      assertThat(after.get("peer_cluster_config").get("load_limit").asInt()).isEqualTo(i);
    }
  }

  @Test
  void aChangeBesideARemovalIsDoneOrFindsNothing() throws Exception {
    for (int i = 0; i < 40; i++) {
      String path = create("raced-" + i);
      CompletableFuture<HttpResponse<String>> change = later("PATCH", path, "{\"bio\":\"x\"}");
      CompletableFuture<HttpResponse<String>> removal = later("DELETE", path, "");
      assertThat(removal.get().statusCode()).isEqualTo(200);
      assertThat(change.get().statusCode()).isIn(200, 404);
    }
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws Exception {
    token = "";
    String body = "{\"name\":\"root\",\"password\":\"" + "x".repeat(2 << 20) + "\"}";
    assertThat(send("POST", "/api/v1/users/signin", body).statusCode()).isEqualTo(413);
  }

  @Test
  void typesAreNotGuessed() throws Exception {
    for (String body :
        List.of(
            "{\"name\":5}",
            "{\"name\":true}",
            "{\"is_default\":1}",
            "{\"is_default\":\"true\"}",
            "{\"peer_cluster_config\":{\"load_limit\":\"3\"}}",
            "{\"peer_cluster_config\":{\"load_limit\":1.5}}",
            "{\"peer_cluster_config\":{\"load_limit\":2001}}",
            "{\"scheduler_cluster_config\":{\"filter_parent_limit\":5}}",
            "{\"scopes\":{\"cidrs\":[\"not a network\"]}}",
            "{\"scopes\":{\"hostnames\":[\"(\"]}}",
            blocking("{\"applications\":[null]}"),
            blocking("{\"priorities\":[1,null]}"),
            blocking("{\"priorities\":[99]}"),
            blocking("{\"urls\":[\"(\"]}"),
            blocking("{\"urls\":[null]}"))) {
      HttpResponse<String> refused = send("PATCH", CLUSTERS + "/1", body);
      assertThat(refused.statusCode()).as(body).isEqualTo(422);
      assertThat(json(refused).get("errors").asString()).as(body).isNotEmpty();
    }
  }

  @Test
  void whatPostgresCannotKeepIsRefused() throws Exception {
    for (String path : List.of("?name=%00", "?name=%ff", "/0x1", "/+1", "/%201", "/%D9%A1")) {
      assertThat(send("GET", CLUSTERS + path, "").statusCode()).as(path).isEqualTo(422);
    }
    assertThat(send("POST", CLUSTERS, NEW.formatted("a\\u0000b")).statusCode()).isEqualTo(422);
    assertThat(json(send("POST", CLUSTERS, NEW.formatted("a\\ud800b"))).get("name").asString())
        .isEqualTo("a\uFFFDb");
  }

  @Test
  void pagesFarOutAreEmpty() throws Exception {
    for (String path : List.of(CLUSTERS, "/api/v1/schedulers", "/api/v1/audits")) {
      HttpResponse<String> far = send("GET", path + "?page=2147483647&per_page=10000000", "");
      assertThat(far.statusCode()).as(path).isEqualTo(200);
      assertThat(far.body()).isEqualTo("[]");
    }
  }

  @Test
  void aWrongMethodSaysWhichAreRight() throws Exception {
    HttpResponse<String> refused = send("PUT", CLUSTERS, "{}");
    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(refused.headers().firstValue("Allow")).get().asString().contains("GET", "POST");
    assertThat(json(refused).get("message").asString()).isEqualTo("Method Not Allowed");
  }

  @Test
  void everyFailureIsJsonWhateverIsAskedFor() throws Exception {
    for (String path :
        List.of("/9999", "/1/nothing", "/x", "//", "/../..", ";x=1", "/%00", "/%2f")) {
      HttpResponse<String> failed =
          http.send(
              request(CLUSTERS + path).header("Accept", "text/html, application/yaml").build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(failed.statusCode()).as(path).isBetween(400, 499);
      assertThat(json(failed).isObject()).as(path).isTrue();
    }
  }

  @Test
  void thereIsNoYaml() throws Exception {
    HttpResponse<String> shown =
        http.send(
            request(CLUSTERS + "/1").header("Accept", "application/yaml").build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(json(shown).get("is_default").asBoolean()).isTrue();
  }

  @Test
  void aDeadSchedulerCanBeRemovedAndThenItsCluster() throws Exception {
    String path = create("dead");
    int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
    JsonNode scheduler =
        json(
            send(
                "POST",
                "/api/v1/schedulers",
                "{\"host_name\":\"s\",\"ip\":\"10.0.0.1\",\"port\":8002,\"scheduler_cluster_id\":%d}"
                    .formatted(id)));
    assertThat(send("DELETE", path, "").statusCode()).isEqualTo(409);
    String row = "/api/v1/schedulers/" + scheduler.get("id").asInt();
    assertThat(send("DELETE", row, "").statusCode()).isEqualTo(200);
    assertThat(send("GET", row, "").statusCode()).isEqualTo(404);
    assertThat(send("DELETE", path, "").statusCode()).isEqualTo(200);
  }

  @Test
  void everyClusterOfAListHasItsSeedPeers() throws Exception {
    for (int i = 0; i < 20; i++) {
      create("many-" + i);
    }
    JsonNode all = json(send("GET", "/api/v1/scheduler-clusters?per_page=100", ""));
    assertThat(all.size()).isEqualTo(21);
    all.forEach(one -> assertThat(one.get("seed_peer_clusters").size()).isEqualTo(1));
  }

  @Test
  void aListAsksAtMostThreeTimes() throws Exception {
    create("asked-1");
    create("asked-2");
    Statistics statistics =
        running.bean(EntityManagerFactory.class).unwrap(SessionFactory.class).getStatistics();
    statistics.setStatisticsEnabled(true);
    try {
      for (String path :
          List.of(
              CLUSTERS,
              "/api/v1/scheduler-clusters",
              "/api/v1/peers",
              "/api/v1/applications",
              "/api/v1/personal-access-tokens",
              "/api/v1/schedulers")) {
        statistics.clear();
        assertThat(send("GET", path + "?per_page=2", "").statusCode()).as(path).isEqualTo(200);
        // One more finds out who asks.
        assertThat(statistics.getPrepareStatementCount()).as(path).isBetween(2L, 4L);
      }
    } finally {
      statistics.setStatisticsEnabled(false);
    }
  }

  /** The guessers go on until the last sign-in; what their answers wait for passes meanwhile. */
  @Test
  void guessersDoNotKeepOthersOut() throws Exception {
    token = "";
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch guessing = new CountDownLatch(8);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> guessers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String wrong = "wrong-" + i;
        guessers.add(
            threads.submit(() -> {
              while (!over.get()) {
                guessing.countDown();
                assertThat(send("POST", SIGN_IN, credentials(wrong)).statusCode()).isEqualTo(401);
              }
              return null;
            }));
      }
      assertThat(guessing.await(30, TimeUnit.SECONDS)).isTrue();
      try {
        for (int i = 0; i < 20; i++) {
          assertThat(send("POST", SIGN_IN, credentials(PASSWORD)).statusCode()).isEqualTo(200);
          running.time().advance(Duration.ofSeconds(3));
        }
      } finally {
        over.set(true);
        while (!guessers.stream().allMatch(Future::isDone)) {
          running.time().advance(Duration.ofSeconds(3));
          Thread.onSpinWait();
        }
      }
      for (Future<?> guesser : guessers) {
        guesser.get(1, TimeUnit.SECONDS);
      }
    }
  }

  private String create(String name) throws IOException, InterruptedException {
    HttpResponse<String> created = send("POST", CLUSTERS, NEW.formatted(name));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    return CLUSTERS + "/" + json(created).get("id").asInt();
  }

  private static String blocking(String rules) {
    return "{\"peer_cluster_config\":{\"block_list\":{\"task\":{\"download\":" + rules + "}}}}";
  }

  private static String credentials(String password) {
    return "{\"name\":\"root\",\"password\":\"" + password + "\"}";
  }

  private CompletableFuture<HttpResponse<String>> later(String method, String path, String body) {
    return http.sendAsync(build(method, path, body), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(build(method, path, body), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest build(String method, String path, String body) {
    return request(path).method(method, HttpRequest.BodyPublishers.ofString(body)).build();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(running.restUrl() + path))
            .timeout(Duration.ofSeconds(30));
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }
}
