package dev.dragonfly.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RestCaller;
import dev.dragonfly.manager.app.RunningManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Walks the API description and holds it against what the manager does. */
@ExtendWith(RunningManager.Extension.class)
final class OpenApiTest {
  private static final Set<String> OPEN =
      Set.of("/healthy", "signin", "signup", "signout", "refresh_token", "reset_password");

  private final RestCaller root;
  private final RunningManager running;
  private JsonNode description;

  OpenApiTest(RunningManager running) throws IOException, InterruptedException {
    this.running = running;
    root = RestCaller.root(running);
    description = root.json("GET", "/v3/api-docs", "");
  }

  @BeforeEach
  void clear() {
    running.clear();
  }

  @AfterEach
  void close() {
    root.close();
  }

  @Test
  void operationsHaveNamesOfTheirOwnAndSayWhatTheyDo() {
    Set<String> names = new HashSet<>();
    everyOperation((route, operation) -> {
      assertThat(names.add(operation.path("operationId").asString())).as(route).isTrue();
      assertThat(operation.path("summary").asString()).as(route).isNotEmpty();
    });
    assertThat(names).hasSizeGreaterThan(80);
  }

  @Test
  void everyOperationSaysHowItIsRefused() {
    everyOperation((route, operation) -> {
      Set<String> answers = Set.copyOf(operation.get("responses").propertyNames());
      boolean open = OPEN.stream().anyMatch(route::contains);
      if (!open) {
        assertThat(answers).as(route).contains("401");
      }
      if (!route.endsWith("/healthy")) {
        assertThat(answers).as(route).contains("422");
      }
      if (route.contains("{")) {
        assertThat(answers).as(route).contains("404");
      }
      operation
          .get("responses")
          .forEach(answer ->
              assertThat(answer.path("content").propertyNames()).as(route).doesNotContain("*/*"));
    });
  }

  @Test
  void creationsNameTheFieldsThatTheyNeedAndChangesNone() {
    assertThat(required("post", "/api/v1/clusters"))
        .containsExactlyInAnyOrder(
            "name", "scheduler_cluster_config", "seed_peer_cluster_config", "peer_cluster_config");
    assertThat(required("post", "/api/v1/personal-access-tokens"))
        .containsExactlyInAnyOrder("name", "expired_at", "user_id");
    assertThat(required("post", "/api/v1/peers")).contains("host_name", "ip", "port");
    assertThat(required("patch", "/api/v1/clusters/{id}")).isEmpty();
  }

  @Test
  void whatIsCreatedAsDescribedIsTakenAndWhatIsLeftOutIsRefused() throws Exception {
    for (String field : required("post", "/api/v1/schedulers")) {
      String body =
          "{\"host_name\":\"h\",\"ip\":\"10.0.0.1\",\"port\":8002,\"scheduler_cluster_id\":1}"
              .replace("\"" + field + "\":", "\"not_" + field + "\":");
      assertThat(root.send("POST", "/api/v1/schedulers", body).statusCode())
          .as(field)
          .isEqualTo(422);
    }
  }

  @Test
  void statesAreListsOfWords() {
    List<String> without = new ArrayList<>();
    for (Map.Entry<String, JsonNode> schema : schemas().properties()) {
      JsonNode state = schema.getValue().path("properties").path("state");
      // The states of persistent cache tasks are the schedulers' own words.
      boolean foreign = schema.getKey().startsWith("CacheTask") || schema.getKey().equals("PeerV");
      if (!state.isMissingNode() && !foreign && !state.has("enum")) {
        without.add(schema.getKey());
      }
    }
    assertThat(without).isSubsetOf("CacheTaskView");
  }

  @Test
  void documentsInRowsHaveTheTypesOfTheirBodies() {
    for (String name : List.of("config", "client_config", "seed_client_config", "scopes")) {
      JsonNode shown = schemas().path("SchedulerClusterView").path("properties").path(name);
      assertThat(shown.path("$ref").asString()).as(name).startsWith("#/components/schemas/");
    }
    assertThat(schemas().propertyNames()).doesNotContain("JsonNode", "JsonNodeObject");
  }

  @Test
  void whatIsShownIsWhatIsDescribed() throws Exception {
    root.json(
        "POST",
        "/api/v1/schedulers",
        "{\"host_name\":\"h\",\"ip\":\"10.0.0.1\",\"port\":8002,\"scheduler_cluster_id\":1}");
    for (String path :
        List.of(
            "/api/v1/clusters",
            "/api/v1/scheduler-clusters",
            "/api/v1/seed-peer-clusters",
            "/api/v1/schedulers",
            "/api/v1/users",
            "/api/v1/configs")) {
      JsonNode row = root.json("GET", path, "").get(0);
      JsonNode items =
          description
              .path("paths")
              .path(path)
              .at("/get/responses/200/content/application~1json/schema/items");
      JsonNode schema = schemas().get(name(items));
      assertThat(new TreeSet<>(schema.get("properties").propertyNames()))
          .as(path)
          .isEqualTo(new TreeSet<>(row.propertyNames()));
    }
  }

  private List<String> required(String method, String path) {
    JsonNode schema =
        description
            .path("paths")
            .path(path)
            .path(method)
            .at("/requestBody/content/application~1json/schema");
    List<String> names = new ArrayList<>();
    List<JsonNode> parts = new ArrayList<>(List.of(schema));
    schema.path("allOf").forEach(parts::add);
    for (JsonNode part : parts) {
      JsonNode whole = part.has("$ref") ? schemas().get(name(part)) : part;
      whole.path("required").forEach(one -> names.add(one.asString()));
    }
    return names;
  }

  private static String name(JsonNode reference) {
    String path = reference.get("$ref").asString();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private JsonNode schemas() {
    return description.at("/components/schemas");
  }

  private void everyOperation(BiConsumer<String, JsonNode> check) {
    for (Map.Entry<String, JsonNode> path : description.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        check.accept(operation.getKey() + " " + path.getKey(), operation.getValue());
      }
    }
  }
}
