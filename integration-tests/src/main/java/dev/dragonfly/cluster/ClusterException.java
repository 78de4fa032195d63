package dev.dragonfly.cluster;

import org.jspecify.annotations.Nullable;

/**
 * The local cluster cannot do what was asked; the message says what and shows the end of the log.
 */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ClusterException(String message) {
    super(message);
  }

  public ClusterException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
