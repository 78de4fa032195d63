package dev.dragonfly.dfdaemon.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Opens a file for reading and writing, made when missing. A port, so that a bad disk can be tried.
 */
@FunctionalInterface
interface FileOpener {
  /** The real disk. */
  FileOpener DISK =
      file ->
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

  FileChannel open(Path file) throws IOException;
}
