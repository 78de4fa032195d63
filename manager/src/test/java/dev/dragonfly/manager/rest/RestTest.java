package dev.dragonfly.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RunningManager;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.instance.InstanceKey;
import dev.dragonfly.manager.instance.InstanceKind;
import dev.dragonfly.manager.instance.Registrations;
import dev.dragonfly.manager.instance.SchedulerRegistration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** REST over its real port. */
@ExtendWith(RunningManager.Extension.class)
final class RestTest {
  private static final String CLUSTERS = "/api/v1/scheduler-clusters";
  private static final String NEW_CLUSTER =
      """
      {"name":"%s","config":{"candidate_parent_limit":4},"client_config":{"load_limit":50},
       "seed_client_config":{},"scopes":{"idc":"a"},"is_default":false,"bio":"","unknown":1}
      """;

  private final RunningManager running;
  private final HttpClient http = HttpClient.newHttpClient();
  private String token = "";

  RestTest(RunningManager running) {
    this.running = running;
  }

  @BeforeEach
  void signIn() throws IOException, InterruptedException {
    running.clear();
    running.time().advance(Duration.ofMinutes(2));
    token = json(signIn("root", password())).get("token").asString();
  }

  @AfterEach
  void close() {
    http.close();
  }

  @Test
  void theFirstPasswordWorksAndIsForItsOwnerOnly() throws IOException, InterruptedException {
    assertThat(password()).hasSize(24);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(running.passwordFile())))
        .isEqualTo("rw-------");
    HttpResponse<String> signedIn = signIn("root", password());
    assertThat(signedIn.statusCode()).isEqualTo(200);
    assertThat(json(signedIn).get("expire").asString()).matches("\\d{4}-.*:\\d\\dZ");
    assertThat(signedIn.headers().firstValue("Set-Cookie").orElseThrow())
        .startsWith("jwt=")
        .contains("Path=/", "Max-Age=172800", "SameSite=Lax")
        .doesNotContain("HttpOnly");
  }

  @Test
  void aWrongPasswordAndAnUnknownNameLookTheSame() throws IOException, InterruptedException {
    for (String name : List.of("root", "nobody", "")) {
      HttpResponse<String> refused = signIn(name, "wrong-password");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).isEqualTo("{\"message\":\"Unauthorized\"}");
    }
  }

  @Test
  void withoutASessionNothingIsShown() throws IOException, InterruptedException {
    token = "";
    for (String path : List.of(CLUSTERS, "/api/v1/schedulers/1", "/api/v1/nothing")) {
      HttpResponse<String> refused = get(path);
      assertThat(refused.statusCode()).as(path).isEqualTo(401);
      assertThat(refused.body()).isEqualTo("{\"message\":\"Unauthorized\"}");
      assertThat(refused.headers().firstValue("WWW-Authenticate")).isPresent();
    }
    assertThat(send("DELETE", CLUSTERS + "/1", "").statusCode()).isEqualTo(401);
  }

  @Test
  void healthPagesAndDescriptionAreOpenEvenWithABadToken()
      throws IOException, InterruptedException {
    token = "nonsense";
    assertThat(get("/healthy").body()).isEqualTo("\"OK\"");
    assertThat(get("/").body()).contains("Dragonfly Manager");
    assertThat(get("/v3/api-docs").body()).contains("candidate_parent_limit", CLUSTERS);
    assertThat(get("/swagger-ui/index.html").statusCode()).isEqualTo(200);
  }

  @Test
  void theCookieIsASessionTooAndCanBeRenewedAndDropped() throws IOException, InterruptedException {
    HttpRequest.Builder request = request("/api/v1/schedulers").header("Cookie", "jwt=" + token);
    token = "";
    assertThat(http.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
    token = json(signIn("root", password())).get("token").asString();
    running.time().advance(Duration.ofHours(47));
    HttpResponse<String> renewed = send("POST", "/api/v1/users/refresh_token", "");
    assertThat(renewed.statusCode()).isEqualTo(200);
    running.time().advance(Duration.ofHours(2));
    assertThat(get(CLUSTERS).statusCode()).isEqualTo(401);
    token = json(renewed).get("token").asString();
    assertThat(get(CLUSTERS).statusCode()).isEqualTo(200);
    assertThat(send("POST", "/api/v1/users/signout", "").headers().firstValue("Set-Cookie"))
        .get()
        .asString()
        .startsWith("jwt=;")
        .contains("Max-Age=0");
  }

  @Test
  void theFirstClustersAreThereAndLinked() throws IOException, InterruptedException {
    JsonNode clusters = json(get(CLUSTERS));
    assertThat(clusters.isArray()).isTrue();
    assertThat(clusters.get(0).get("name").asString()).isEqualTo("cluster-1");
    assertThat(clusters.get(0).get("is_default").asBoolean()).isTrue();
    assertThat(clusters.get(0).get("seed_peer_clusters").get(0).get("id").asInt()).isEqualTo(1);
    JsonNode seeds = json(get("/api/v1/seed-peer-clusters/1"));
    assertThat(seeds.get("config").get("load_limit").asInt()).isEqualTo(2000);
  }

  @Test
  void aClusterIsCreatedChangedAndRemoved() throws IOException, InterruptedException {
    HttpResponse<String> created = send("POST", CLUSTERS, NEW_CLUSTER.formatted("c2"));
    assertThat(created.statusCode()).isEqualTo(200);
    String path = CLUSTERS + "/" + json(created).get("id").asInt();
    assertThat(json(created).get("client_config").get("load_limit").asInt()).isEqualTo(50);
    assertThat(send("POST", CLUSTERS, NEW_CLUSTER.formatted("c2")).statusCode()).isEqualTo(409);
    JsonNode changed = json(send("PATCH", path, "{\"bio\":\"new\",\"name\":\"\"}"));
    assertThat(changed.get("bio").asString()).isEqualTo("new");
    assertThat(changed.get("name").asString()).isEqualTo("c2");
    assertThat(changed.get("scopes").get("idc").asString()).isEqualTo("a");
    HttpResponse<String> removed = send("DELETE", path, "");
    assertThat(removed.statusCode()).isEqualTo(200);
    assertThat(removed.body()).isEmpty();
    assertThat(get(path).statusCode()).isEqualTo(404);
    assertThat(json(get(path)).get("message").asString()).contains("record not found");
    assertThat(send("DELETE", path, "").statusCode()).isEqualTo(404);
  }

  @Test
  void aClusterWithSchedulersStays() throws IOException, InterruptedException {
    running
        .bean(Registrations.class)
        .register(
            new SchedulerRegistration(
                new InstanceKey(InstanceKind.SCHEDULER, "s1", "127.0.0.1", 1),
                8002,
                "",
                "",
                List.of("schedule"),
                JsonDocument.EMPTY));
    HttpResponse<String> refused = send("DELETE", CLUSTERS + "/1", "");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("scheduler cluster exists scheduler");
    JsonNode schedulers = json(get("/api/v1/schedulers?host_name=s1&state=inactive"));
    assertThat(schedulers.size()).isEqualTo(1);
    assertThat(schedulers.get(0).get("scheduler_cluster_id").asInt()).isEqualTo(1);
    assertThat(json(get("/api/v1/schedulers?host_name=s2")).size()).isZero();
    assertThat(json(get("/api/v1/seed-peers")).size()).isZero();
  }

  @Test
  void whatIsWrongWithARequestIs422() throws IOException, InterruptedException {
    for (String body :
        List.of(
            "",
            "nonsense",
            "{\"config\":{},\"client_config\":{}}",
            "{\"name\":\"x\",\"client_config\":{}}",
            "{\"name\":\"x\",\"config\":{\"candidate_parent_limit\":21},\"client_config\":{}}",
            "{\"name\":\"x\",\"config\":{},\"client_config\":{\"block_list\":{\"task\":{\"download\":{\"urls\":[\"(\"]}}}}}")) {
      HttpResponse<String> refused = send("POST", CLUSTERS, body);
      assertThat(refused.statusCode()).as(body).isEqualTo(422);
      assertThat(json(refused).get("errors").asString()).isNotEmpty();
    }
    for (String query : List.of("/0", "/x", "?page=-1", "?per_page=10000001", "?per_page=x")) {
      assertThat(get(CLUSTERS + query).statusCode()).as(query).isEqualTo(422);
    }
    assertThat(get("/api/v1/schedulers?state=dead").statusCode()).isEqualTo(422);
    assertThat(get("/api/v1/nothing").statusCode()).isEqualTo(404);
    assertThat(send("PUT", CLUSTERS, "{}").statusCode()).isEqualTo(405);
  }

  @Test
  void listsComeInPagesAndSayWhereTheOthersAre() throws IOException, InterruptedException {
    for (int i = 0; i < 4; i++) {
      send("POST", CLUSTERS, NEW_CLUSTER.formatted("page-" + i));
    }
    HttpResponse<String> second = get(CLUSTERS + "?page=2&per_page=2");
    assertThat(json(second).size()).isEqualTo(2);
    assertThat(second.headers().firstValue("Link"))
        .contains(
            "<%1$s?page=1&per_page=2>;rel=prev,<%1$s?page=3&per_page=2>;rel=next,<%1$s?page=1&per_page=2>;rel=first,<%1$s?page=3&per_page=2>;rel=last"
                .formatted(CLUSTERS));
    assertThat(json(get(CLUSTERS + "?page=1&per_page=10000000")).size()).isEqualTo(5);
    assertThat(json(get(CLUSTERS + "?name=page-3")).size()).isEqualTo(1);
  }

  @Test
  void metricsAreOnTheirOwnPort() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(running.metricsUrl() + "/metrics")).build();
    assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).body())
        .contains("jvm_memory_used_bytes");
  }

  private String password() throws IOException {
    return Files.readString(running.passwordFile()).strip();
  }

  private HttpResponse<String> signIn(String name, String password)
      throws IOException, InterruptedException {
    return send(
        "POST",
        "/api/v1/users/signin",
        "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, password));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        request(path)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(running.restUrl() + path))
            .timeout(Duration.ofSeconds(20));
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }
}
