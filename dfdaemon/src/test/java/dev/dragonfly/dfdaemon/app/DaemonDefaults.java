package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.config.ConfigLoader;

/** What a daemon has where nothing is configured, for tests. */
public final class DaemonDefaults {
  /** The documented file alone. */
  public static final DfdaemonConfig CONFIG = parse("");

  private DaemonDefaults() {}

  /** The text over the documented file. */
  public static DfdaemonConfig parse(String yaml) {
    return ConfigLoader.parse(yaml, "test.yaml", DaemonRole.defaults(), DfdaemonConfig.class);
  }
}
