package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.testing.ConfigReference;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DfdaemonConfigTest {
  @Test
  void theReferenceLoadsSaysTheDefaultsAndNamesEveryKey() {
    ConfigReference.check(DaemonRole.defaults(), DfdaemonConfig.class);
  }

  @Test
  void everyKeyIsRead() {
    ConfigReference.everyKeyIsRead(
        DaemonRole.defaults(), DfdaemonConfig.class, Path.of("src/test/resources/every-key.yaml"));
  }

  @Test
  void anUnknownKeyFailsWithItsPathAndFile(@TempDir Path folder) {
    ConfigReference.refusesUnknownKeys(folder, DaemonRole.defaults(), DfdaemonConfig.class);
  }
}
