package dev.dragonfly.manager.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RunningManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Replays the requests of a recording in their order and compares status and shape (names and types
 * of JSON) of the answers. What is different on purpose stands in {@code intended.txt} with its
 * reason; whatever else differs fails the test.
 */
@ExtendWith(RunningManager.Extension.class)
final class ParityTest {
  private static final String PASSWORD = "dragonfly";

  private final RunningManager running;

  ParityTest(RunningManager running) {
    this.running = running;
  }

  @Test
  void everyAnswerIsAsRecordedOrDifferentOnPurpose() throws IOException, InterruptedException {
    prepare();
    Map<String, String> intended = intended();
    List<String> surprises = new ArrayList<>();
    List<String> asRecorded = new ArrayList<>();
    try (ParityClient client = new ParityClient(running, PASSWORD)) {
      for (JsonNode row : cases()) {
        ParityCase one = new ParityCase(row);
        // The recording paused between jobs.
        running.bean(JdbcClient.class).sql("DELETE FROM job_rates").update();
        List<String> differences = client.differences(one);
        boolean expected = intended.containsKey(one.name());
        if (!differences.isEmpty() && !expected) {
          surprises.add(one.name() + ": " + differences);
        } else if (differences.isEmpty() && expected && one.isCompared()) {
          asRecorded.add(one.name());
        }
      }
    }
    assertThat(surprises).as("different from the recording, and nobody says why").isEmpty();
    assertThat(asRecorded).as("listed as different, but as recorded").isEmpty();
  }

  /** The recording begins with a fresh database and one scheduler that is alive. */
  private void prepare() {
    JdbcClient jdbc = running.bean(JdbcClient.class);
    running.clear();
    running.schedulers().withoutSeedPeers();
    jdbc.sql("TRUNCATE audits, peers, personal_access_tokens, oauth_providers").update();
    jdbc.sql("DELETE FROM users WHERE id > 1").update();
    jdbc.sql("UPDATE users SET encrypted_password = :password WHERE id = 1")
        .param("password", running.bean(PasswordEncoder.class).encode(PASSWORD))
        .update();
    jdbc.sql(
            """
            INSERT INTO schedulers (created_at, updated_at, host_name, ip, port, state,
                last_keep_alive_at, keep_alive_interval_millis, scheduler_cluster_id, config)
            VALUES (now(), now(), 'sched-1', '127.0.0.1', 8002, 'active', now(), 1000000000, 1,
                '{"manager_keep_alive_interval":5000000000}')
            """)
        .update();
  }

  private static JsonNode cases() throws IOException {
    return JsonMapper.shared().readTree(resource("cases.json"));
  }

  private static Map<String, String> intended() throws IOException {
    Map<String, String> reasons = new TreeMap<>();
    String reason = "";
    for (String line : resource("intended.txt").lines().toList()) {
      if (line.startsWith("#")) {
        reason = line.substring(1).strip();
      } else if (!line.isBlank()) {
        assertThat(reason).as("the reason for " + line).isNotEmpty();
        reasons.put(line.strip(), reason);
      }
    }
    return reasons;
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = ParityTest.class.getResourceAsStream("/parity/" + name)) {
      assertThat(stream).as(name).isNotNull();
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
