package dev.dragonfly.dfdaemon.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageConfigTest {
  @TempDir Path dir;

  @Test
  void hasDefaults() {
    assertThat(DaemonDefaults.CONFIG.storage())
        .isEqualTo(
            new StorageConfig(Path.of("/var/lib/dragonfly"), 4, 1024, 256, Duration.ofSeconds(30)));
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatThrownBy(() -> new StorageConfig(dir, -1, 1, 8, Duration.ofSeconds(30)))
        .hasMessageContaining("disk thread");
    assertThatThrownBy(() -> new StorageConfig(dir, 1, 1, 7, Duration.ofSeconds(30)))
        .hasMessageContaining("open files");
  }
}
