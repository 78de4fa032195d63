package dev.dragonfly.common.config;

/**
 * A configuration that cannot be used. The message names the file, the key path and what is
 * expected.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
