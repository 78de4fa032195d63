package dev.dragonfly.common.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A text that is not shown. Written inline, as {@code {file: PATH}} or as {@code {env: NAME}}. */
public final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /** A secret with this value. */
  public static Secret of(String value) {
    return new Secret(value);
  }

  static Secret parse(Object written) {
    if (written instanceof String text) {
      return new Secret(text);
    }
    Map<?, ?> map = written instanceof Map<?, ?> keys ? keys : Map.of();
    if (map.size() == 1 && map.get("file") instanceof String file) {
      try {
        return new Secret(Files.readString(Path.of(file)).strip());
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "cannot read the secret from the file " + file + ": " + e, e);
      }
    }
    if (map.size() == 1 && map.get("env") instanceof String env) {
      String value = System.getenv(env);
      if (value == null) {
        throw new IllegalArgumentException("the environment has no variable " + env);
      }
      return new Secret(value);
    }
    throw new IllegalArgumentException("a secret is a text, {file: PATH} or {env: NAME}");
  }

  /** The text itself; never log it. */
  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
