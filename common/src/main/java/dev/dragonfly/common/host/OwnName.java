package dev.dragonfly.common.host;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of this machine. Not looked up: a name that no DNS knows is a name all the same. */
public final class OwnName {
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

  private OwnName() {}

  /** What the kernel says; reads a file. */
  public static String detected() {
    try {
      String name = Files.readString(KERNEL).strip();
      if (!name.isEmpty()) {
        return name;
      }
    } catch (IOException e) {
      // Another system than Linux.
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "localhost";
    }
  }
}
