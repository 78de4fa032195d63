package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskId;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether the disk has room for a task, and what to say when it has not. Disk threads.
 *
 * @param id the task
 * @param folder where its content lies
 * @param space how much room there is
 */
record DiskSpace(TaskId id, Path folder, FreeSpace space) {
  /** Less than the smallest block: a write that fails then fails for want of room. */
  private static final long NEARLY_NOTHING = 256 << 10;

  /**
   * Does nothing when there is room.
   *
   * @throws DragonflyException NO_SPACE saying what is needed, what is free and where
   */
  void require(long bytes) throws IOException {
    long usable = space.usableBytes(folder);
    if (usable < bytes) {
      throw full(bytes, usable, null);
    }
  }

  /** The failure of an action on the files of the task as an exception that says what to do. */
  DragonflyException failure(String tried, IOException cause) {
    long usable = usable();
    if (isFull(cause) || usable < NEARLY_NOTHING) {
      return full(1, usable, cause);
    }
    return new DragonflyException(
        ErrorCode.INTERNAL,
        "%s of task %s in %s failed: %s; check the disk".formatted(tried, id, folder, cause),
        cause);
  }

  private long usable() {
    try {
      return space.usableBytes(folder);
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Whether the failure says that the disk or a quota is used up. Java tells the reason as a text
   * of the C library, in the language of the process: what is left is the second opinion. A quota
   * shows in the text only.
   */
  static boolean isFull(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("No space left") || message.contains("quota exceeded");
  }

  private DragonflyException full(long needed, long usable, @Nullable Throwable cause) {
    return new DragonflyException(
        ErrorCode.NO_SPACE,
        "task %s needs %d more bytes in %s, which has %d; free some or move storage.dir"
            .formatted(id, needed, folder, usable),
        cause);
  }
}
