package dev.dragonfly.cluster;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Programs of the machine. */
public final class Programs {
  private Programs() {}

  /** Where the program is, on the PATH or in a sbin folder; empty when it is not installed. */
  public static Optional<Path> find(String program) {
    String folders = System.getenv("PATH") + File.pathSeparator + "/usr/sbin:/sbin:/usr/local/sbin";
    return Arrays.stream(folders.split(File.pathSeparator))
        .map(folder -> Path.of(folder).resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
