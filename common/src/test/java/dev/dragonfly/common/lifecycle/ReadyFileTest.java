package dev.dragonfly.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ReadyFileTest {
  @TempDir private Path folder;

  @Test
  void itIsOneLineOfJsonWithRoleProcessAndPorts() throws IOException {
    Path file = folder.resolve("ready.json");

    new ReadyFile("scheduler").with("port", 8002).with("host", "a\\b \"c\"\n").write(file);

    assertThat(Files.readAllLines(file)).hasSize(1);
    JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
    assertThat(json.get("role").asString()).isEqualTo("scheduler");
    assertThat(json.get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
    assertThat(json.get("port").asInt()).isEqualTo(8002);
    assertThat(json.get("host").asString()).isEqualTo("a\\b \"c\"\n");
  }

  @Test
  void itReplacesAnOldOneAndLeavesNothingElseBehind() throws IOException {
    Path file = Files.writeString(folder.resolve("ready.json"), "old");

    new ReadyFile("manager").write(file);

    assertThat(Files.readString(file)).contains("manager");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() {
    Path file = folder.resolve("none").resolve("ready.json");

    assertThatThrownBy(() -> new ReadyFile("manager").write(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
  }
}
