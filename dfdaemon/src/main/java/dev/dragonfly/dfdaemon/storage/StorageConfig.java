package dev.dragonfly.dfdaemon.storage;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where and how content is kept.
 *
 * @param dir folder of the store; one daemon at a time
 * @param diskThreads threads that do file I/O
 * @param diskQueue actions that may wait for them before callers do
 * @param openFiles files that are kept open at most
 * @param diskWait how long a caller waits for the disk before it counts as hanging
 */
public record StorageConfig(
    Path dir, int diskThreads, int diskQueue, int openFiles, Duration diskWait) {
  private static final Path DEFAULT_DIR = Path.of("/var/lib/dragonfly");
  private static final Duration DEFAULT_WAIT = Duration.ofSeconds(30);

  public StorageConfig(
      @Nullable Path dir,
      int diskThreads,
      int diskQueue,
      int openFiles,
      @Nullable Duration diskWait) {
    this.dir = dir == null ? DEFAULT_DIR : dir;
    this.diskThreads = diskThreads == 0 ? 4 : diskThreads;
    this.diskQueue = diskQueue == 0 ? 1024 : diskQueue;
    this.openFiles = openFiles == 0 ? 256 : openFiles;
    this.diskWait = diskWait == null ? DEFAULT_WAIT : diskWait;
    if (!this.diskWait.isPositive()) {
      throw new IllegalArgumentException("storage.diskWait must be positive, got " + this.diskWait);
    }
    if (this.diskThreads < 1 || this.diskQueue < 1 || this.openFiles < 8) {
      throw new IllegalArgumentException(
          "storage needs at least 1 disk thread, 1 place in the queue and 8 open files");
    }
  }
}
