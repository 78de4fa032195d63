package dev.dragonfly.manager.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RestCaller;
import dev.dragonfly.manager.app.RunningManager;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Jobs over REST, of one manager with one scheduler that does at once what it is told. */
@ExtendWith(RunningManager.Extension.class)
abstract class JobRestFixture {
  static final Duration LIMIT = Duration.ofSeconds(20);
  static final String JOBS = "/api/v1/jobs";
  static final String IMAGE = "https://harbor.example/v2/library/busybox/manifests/latest";
  static final String PREHEAT =
      "{\"type\":\"preheat\",\"args\":{\"type\":\"file\",\"urls\":[\"http://origin.example/1\",\"http://origin.example/2\",\"http://origin.example/1\"]%s}}";

  final RunningManager running;
  final JdbcClient jdbc;
  RestCaller caller;

  JobRestFixture(RunningManager running) {
    this.running = running;
    this.jdbc = running.bean(JdbcClient.class);
    this.caller = RestCaller.root(running);
  }

  @BeforeEach
  void oneSchedulerAndASession() {
    running.clear();
    running.time().advance(Duration.ofMinutes(2));
    jdbc.sql("TRUNCATE peers, personal_access_tokens").update();
    running.addScheduler("s1", 8002);
    caller = RestCaller.root(running);
  }

  @AfterEach
  void close() {
    running.clear();
    caller.close();
  }

  long create(String body) throws IOException, InterruptedException {
    HttpResponse<String> created = caller.send("POST", JOBS, body);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    return json(created).get("id").asLong();
  }

  JsonNode ended(String path) {
    return Awaitility.await()
        .atMost(LIMIT)
        .until(() -> json(caller.get(path)), job -> !job.get("state").asString().equals("PENDING"));
  }

  static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }
}
