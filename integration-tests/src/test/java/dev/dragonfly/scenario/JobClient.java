package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.ServiceProcess;
import dev.dragonfly.cluster.Soon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody with a personal access token who makes jobs over REST, as scripts and Harbor do. */
public final class JobClient {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final HttpClient http = HttpClient.newHttpClient();
  private final String manager;
  private final String token;

  private JobClient(String manager, String token) {
    this.manager = manager;
    this.token = token;
  }

  /** Signs in as root and makes a token for jobs. */
  public static JobClient of(ServiceProcess manager) {
    String rest = manager.ready("rest");
    try {
      String password = Files.readString(Path.of(manager.ready("password_file"))).strip();
      JsonNode session =
          new JobClient(rest, "")
              .post(
                  "/api/v1/users/signin",
                  "{\"name\":\"root\",\"password\":\"%s\"}".formatted(password));
      JsonNode made =
          new JobClient(rest, session.get("token").asString())
              .post(
                  "/api/v1/personal-access-tokens",
                  "{\"name\":\"jobs\",\"scopes\":[\"job\"],\"expired_at\":\"%s\",\"user_id\":1}"
                      .formatted(Instant.now().plus(Duration.ofDays(1))));
      return new JobClient(rest, made.get("token").asString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same somebody at another manager of the same database. */
  public JobClient at(ServiceProcess other) {
    return new JobClient(other.ready("rest"), token);
  }

  public String token() {
    return token;
  }

  /** The URL of a path of the manager. */
  public URI url(String path) {
    return URI.create(manager + path);
  }

  /** Makes a job; returns what it is told at once. */
  public JsonNode ask(String body) {
    return post("/oapi/v1/jobs", body);
  }

  /** Makes a job; returns its number. */
  public long start(String body) {
    return ask(body).get("id").asLong();
  }

  /** A job as it is now. */
  public JsonNode job(long id) {
    return answer(request("/oapi/v1/jobs/" + id).GET());
  }

  /** All jobs, as text. */
  public String jobs() {
    return answer(request("/oapi/v1/jobs?per_page=1000").GET()).toString();
  }

  /** How far a job is, with every content on every host. */
  public JsonNode progress(long id) {
    return answer(request("/oapi/v1/jobs/" + id + "/progress").GET());
  }

  /** Polls until the job has ended, and expects that it ended well. */
  public JsonNode succeeded(long id) {
    Soon.holds(
        () -> "job has ended: " + job(id),
        LIMIT,
        () -> !job(id).get("state").asString().equals("PENDING"));
    JsonNode job = job(id);
    assertThat(job.get("state").asString()).as(job.toString()).isEqualTo("SUCCESS");
    assertThat(job.at("/result/state").asString()).isEqualTo("SUCCESS");
    return job;
  }

  /** What a job of one cluster says under this name, one {@code url on hostname} each. */
  public static List<String> contents(JsonNode job, String name) {
    List<String> contents = new ArrayList<>();
    job.at("/result/job_states/0/results/0/" + name)
        .forEach(task ->
            contents.add(
                task.path("url").asString("") + " on " + task.path("hostname").asString("")));
    return contents;
  }

  private JsonNode post(String path, String body) {
    return answer(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url(path)).timeout(LIMIT);
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private JsonNode answer(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response + ": " + response.body()).isEqualTo(200);
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
