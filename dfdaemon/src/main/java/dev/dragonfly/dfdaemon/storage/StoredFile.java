package dev.dragonfly.dfdaemon.storage;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One file of the store, whatever its name is now. Users hold this and not the path, so a late
 * writer of a removed file can't open the newer file that has its name. Its monitor guards it; the
 * fields belong to {@link OpenFiles}.
 */
final class StoredFile {
  volatile Path path;
  volatile boolean gone;
  volatile @Nullable FileChannel channel;
  int users;

  StoredFile(Path path) {
    this.path = path;
  }
}
