package dev.dragonfly.dfdaemon.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.config.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageConfigTest {
  @TempDir Path dir;

  @Test
  void hasDefaults() {
    assertThat(new StorageConfig(null, 0, 0, 0, null))
        .isEqualTo(
            new StorageConfig(Path.of("/var/lib/dragonfly"), 4, 1024, 256, Duration.ofSeconds(30)));
  }

  @Test
  void isReadFromAFile() throws Exception {
    Path file =
        Files.writeString(
            dir.resolve("storage.yaml"),
            "dir: /data\ndiskThreads: 2\ndiskQueue: 9\nopenFiles: 16\ndiskWait: 5s\n");

    assertThat(ConfigLoader.load(file, StorageConfig.class))
        .isEqualTo(new StorageConfig(Path.of("/data"), 2, 9, 16, Duration.ofSeconds(5)));
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatThrownBy(() -> new StorageConfig(null, -1, 0, 0, null))
        .hasMessageContaining("disk thread");
    assertThatThrownBy(() -> new StorageConfig(null, 0, 0, 7, null))
        .hasMessageContaining("open files");
  }
}
