package dev.dragonfly.seedpeer.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.testing.ConfigReference;
import dev.dragonfly.dfdaemon.app.DaemonRole;
import dev.dragonfly.dfdaemon.app.DfdaemonConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedPeerConfigTest {
  private static final Path PAGE = Path.of("../docs/config/seed-peer.yaml");

  @Test
  void thePageLoadsAndSaysTheDefaults() {
    assertThat(ConfigLoader.load(PAGE, DaemonRole.defaults(), DfdaemonConfig.class))
        .isEqualTo(ConfigLoader.defaults(DaemonRole.defaults(), DfdaemonConfig.class));
  }

  @Test
  void anUnknownKeyFailsWithItsPathAndFile(@TempDir Path folder) {
    ConfigReference.refusesUnknownKeys(folder, DaemonRole.defaults(), DfdaemonConfig.class);
  }
}
