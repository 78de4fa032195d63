package dev.dragonfly.dfdaemon.runtime;

import java.util.Locale;

/** The container runtimes that can be pointed at the proxy. */
public enum RuntimeKind {
  CONTAINERD,
  CRIO,
  PODMAN,
  DOCKER;

  /** As it stands on the command line and in messages. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a label.
   *
   * @throws IllegalArgumentException for what is none
   */
  public static RuntimeKind of(String label) {
    for (RuntimeKind kind : values()) {
      if (kind.label().equals(label)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "no runtime '" + label + "'; there are containerd, crio, podman, docker and all");
  }
}
