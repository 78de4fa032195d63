package dev.dragonfly.seedpeer.app;

import dev.dragonfly.common.testing.ConfigReference;
import dev.dragonfly.dfdaemon.app.DaemonRole;
import dev.dragonfly.dfdaemon.app.DfdaemonConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedPeerConfigTest {
  @Test
  void theReferenceLoadsSaysTheDefaultsAndNamesEveryKey() {
    ConfigReference.check(DaemonRole.SEED_PEER.defaults(), DfdaemonConfig.class);
  }

  @Test
  void anUnknownKeyFailsWithItsPathAndFile(@TempDir Path folder) {
    ConfigReference.refusesUnknownKeys(
        folder, DaemonRole.SEED_PEER.defaults(), DfdaemonConfig.class);
  }
}
