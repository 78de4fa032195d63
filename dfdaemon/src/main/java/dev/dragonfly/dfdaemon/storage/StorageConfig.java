package dev.dragonfly.dfdaemon.storage;

import java.nio.file.Path;
import java.time.Duration;

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
  public StorageConfig {
    if (diskThreads < 1 || diskQueue < 1 || openFiles < 8) {
      throw new IllegalArgumentException(
          "storage needs at least 1 disk thread, 1 place in the queue and 8 open files");
    }
    if (!diskWait.isPositive()) {
      throw new IllegalArgumentException("storage.diskWait must be positive, got " + diskWait);
    }
  }
}
