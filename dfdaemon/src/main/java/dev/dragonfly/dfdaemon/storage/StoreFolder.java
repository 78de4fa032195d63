package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one store, closed to other users and locked against a second daemon. What in it is
 * not the store's own is reported and left alone. Does I/O where it stands.
 */
final class StoreFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreFolder.class);

  private final ContentPaths paths;
  private final FileChannel lock;

  private StoreFolder(ContentPaths paths, FileChannel lock) {
    this.paths = paths;
    this.lock = lock;
  }

  /**
   * Takes the folder, also one that an older version has left open to others.
   *
   * @throws DragonflyException CONFIG when another daemon has it
   */
  static StoreFolder open(Path dir) throws IOException {
    ContentPaths paths = new ContentPaths(dir);
    OwnerOnly.createFolders(dir);
    OwnerOnly.closeFolder(paths.journals());
    OwnerOnly.closeFolder(paths.contents());
    OwnerOnly.closeFolder(paths.privates());
    return new StoreFolder(paths, lock(paths.lock()));
  }

  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // By this very process.
    }
    channel.close();
    throw new DragonflyException(
        ErrorCode.CONFIG,
        "the storage folder %s is used by another daemon; give each its own storage.dir"
            .formatted(file.getParent()));
  }

  ContentPaths paths() {
    return paths;
  }

  /**
   * Removes private content of a process that ended, and content whose record is gone: nobody else
   * would ever do it. Only what has our names.
   *
   * @param owned content of tasks that were brought back
   */
  void removeLeftovers(Set<Path> owned) throws IOException {
    try (Stream<Path> contents = Files.walk(paths.contents());
        Stream<Path> privates = Files.list(paths.privates())) {
      for (Path file : privates.toList()) {
        Files.deleteIfExists(file);
      }
      for (Path file : contents.filter(Files::isRegularFile).toList()) {
        if (!owned.contains(file)) {
          removeUnlessStrange(file);
        }
      }
    }
  }

  private void removeUnlessStrange(Path file) throws IOException {
    Optional<TaskId> id = paths.idOf(file);
    if (id.isEmpty() || Files.exists(paths.journal(id.get()))) {
      LOG.warn("content of no known task, left alone file={}", file);
      return;
    }
    LOG.warn("content without a record, removed file={} bytes={}", file, Files.size(file));
    Files.delete(file);
  }

  /** Lets another daemon have it. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
