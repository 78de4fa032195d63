package dev.dragonfly.dfdaemon.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Opens a file for reading and writing, made with its folders when missing. A port, so that a bad
 * disk can be tried.
 */
@FunctionalInterface
interface FileOpener {
  /** The real disk. */
  FileOpener DISK = FileOpener::openOwn;

  FileChannel open(Path file) throws IOException;

  private static FileChannel openOwn(Path file) throws IOException {
    try {
      return create(file);
    } catch (NoSuchFileException e) {
      OwnerOnly.createFolderOf(file);
      return create(file);
    } catch (AccessDeniedException e) {
      return FileChannel.open(file, StandardOpenOption.READ); // complete content is read-only
    }
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        OwnerOnly.FILE);
  }
}
