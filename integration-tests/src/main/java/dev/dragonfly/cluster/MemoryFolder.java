package dev.dragonfly.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder in memory that carries the process id, so that what a killed process left is found. */
public final class MemoryFolder {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final String PREFIX = "dfly-";

  private MemoryFolder() {}

  /** Creates that of this process, after removing those of processes that are dead. */
  public static Path create() {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(MEMORY, PREFIX + "*")) {
      for (Path folder : folders) {
        String pid = folder.getFileName().toString().substring(PREFIX.length());
        if (!Files.exists(Path.of("/proc", pid))) {
          Folders.delete(folder);
        }
      }
      return Files.createDirectory(MEMORY.resolve(PREFIX + ProcessHandle.current().pid()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder in " + MEMORY, e);
    }
  }
}
