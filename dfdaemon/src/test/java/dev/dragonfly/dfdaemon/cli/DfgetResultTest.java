package dev.dragonfly.dfdaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DfgetResultTest {
  @Test
  void programsReadWhatTheyAreTold() {
    JsonNode json = JsonMapper.shared().readTree(result("/data/out").toJson());
    assertThat(json.propertyNames())
        .containsExactly(
            "task_id",
            "peer_id",
            "output",
            "bytes",
            "seconds",
            "from_peers",
            "from_source",
            "from_cache");
    assertThat(json.get("task_id").stringValue()).isEqualTo("task");
    assertThat(json.get("peer_id").stringValue()).isEqualTo("peer");
    assertThat(json.get("bytes").longValue()).isEqualTo(6);
    assertThat(json.get("seconds").toString()).isEqualTo("1.235");
    assertThat(json.get("from_peers").longValue()).isEqualTo(3);
    assertThat(json.get("from_source").longValue()).isEqualTo(2);
    assertThat(json.get("from_cache").longValue()).isEqualTo(1);
  }

  @Test
  void aFileMayHaveAnyName() {
    String name = "/data/\"a\\b\"\n\u0001\u001f\u007f ä€ 😀";
    JsonNode json = JsonMapper.shared().readTree(result(name).toJson());
    assertThat(json.get("output").stringValue()).isEqualTo(name);
  }

  private static DfgetResult result(String output) {
    return new DfgetResult("task", "peer", Path.of(output), 6, 1.23456, 3, 2, 1);
  }
}
