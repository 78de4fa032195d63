package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import java.time.Duration;
import java.util.Optional;

/**
 * What a caller wants of a task.
 *
 * @param spec the task
 * @param range bytes wanted; absent for the whole. Whole pieces are fetched either way
 * @param needBackToSource read the source without asking for parents first (a triggered seed)
 * @param disableBackToSource rather fail than read the source
 * @param priority 0 to 6, as on the wire
 * @param timeout how long it may take; absent for the configured limit
 */
public record DownloadRequest(
    TaskSpec spec,
    Optional<ByteRange> range,
    boolean needBackToSource,
    boolean disableBackToSource,
    int priority,
    Optional<Duration> timeout) {

  /**
   * Which task this is.
   *
   * @throws DragonflyException INVALID_ARGUMENT when the URL is not one
   */
  public TaskId taskId() {
    try {
      return TaskIdCalculator.taskId(spec);
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e);
    }
  }
}
