package dev.dragonfly.common.config;

import java.time.Duration;

/** What records of the configuration check alike; a failure names the key. */
public final class Bounds {
  private static final int MAX_PORT = 65535;

  private Bounds() {}

  /** A port to listen on; 0 is any free one. */
  public static void port(int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port must be 0 to 65535, got " + port);
    }
  }

  public static void positive(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + " must be positive, got " + value);
    }
  }

  public static void positive(String key, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(key + " must be positive, got " + value);
    }
  }
}
