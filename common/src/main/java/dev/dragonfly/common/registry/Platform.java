package dev.dragonfly.common.registry;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.Locale;

/**
 * For what an image is made, by the names that images use; equal when the same machine is meant.
 *
 * @param variant empty where the architecture has none, or its usual one is meant
 */
record Platform(String os, String architecture, String variant) {
  /** Every form of these names means the same machine (as containerd reads them). */
  Platform {
    os = os.toLowerCase(Locale.ROOT).replace("macos", "darwin");
    architecture = architecture.toLowerCase(Locale.ROOT);
    variant = variant.toLowerCase(Locale.ROOT);
    architecture =
        switch (architecture) {
          case "x86_64", "x86-64" -> "amd64";
          case "i386" -> "386";
          case "aarch64" -> "arm64";
          case "armhf", "armel" -> "arm";
          default -> architecture;
        };
    if (variant.matches("[0-9]")) {
      variant = "v" + variant;
    }
    if (architecture.equals("arm") && variant.isEmpty()) {
      variant = "v7";
    }
    boolean usual =
        architecture.equals("arm64") && variant.equals("v8")
            || architecture.equals("amd64") && variant.equals("v1");
    variant = usual ? "" : variant;
  }

  /** The platform of this process. */
  static Platform own() {
    return new Platform(System.getProperty("os.name"), System.getProperty("os.arch"), "");
  }

  /**
   * Reads {@code os/arch[/variant]}.
   *
   * @throws DragonflyException INVALID_ARGUMENT
   */
  static Platform parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length < 2 || parts.length > 3 || !text.matches("[A-Za-z0-9_./-]{3,128}")) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "invalid platform format \"%s\", expected \"os/arch\" or \"os/arch/variant\""
              .formatted(RegistryWords.printable(text)));
    }
    return new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
  }

  /** Attestations are listed like images, for a machine that there is not. */
  boolean exists() {
    return !os.equals("unknown") && !os.isEmpty();
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
