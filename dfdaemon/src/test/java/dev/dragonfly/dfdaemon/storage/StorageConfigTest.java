package dev.dragonfly.dfdaemon.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageConfigTest {
  @TempDir Path dir;

  @Test
  void refusesWhatCannotWork() {
    assertThatThrownBy(() -> new StorageConfig(dir, -1, 1, 8, Duration.ofSeconds(30)))
        .hasMessageContaining("disk thread");
    assertThatThrownBy(() -> new StorageConfig(dir, 1, 1, 7, Duration.ofSeconds(30)))
        .hasMessageContaining("open files");
  }
}
