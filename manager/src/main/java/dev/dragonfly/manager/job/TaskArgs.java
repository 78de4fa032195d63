package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.DefaultFilteredQueryParams;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which task is looked for or deleted: by its URL, else by the text its id is computed from, else
 * by its id. What is not said gets its default here.
 *
 * @param pieceLength bytes
 * @param timeout nanoseconds
 */
record TaskArgs(
    @Size(max = 256) String taskId,
    String url,
    @Nullable String contentForCalculatingTaskId,
    @Nullable @Min(TaskArgs.SHORTEST_PIECE) @Max(TaskArgs.LONGEST_PIECE) Long pieceLength,
    String tag,
    String application,
    String filteredQueryParams,
    @Min(1) @Max(1000) Integer concurrentPeerCount,
    @PositiveOrZero @Max(TaskArgs.LONGEST_TIMEOUT) Long timeout) {
  static final long SHORTEST_PIECE = 4L << 20;
  static final long LONGEST_PIECE = 64L << 20;
  static final int PEERS = 500;

  /** An hour. */
  static final long TIMEOUT = 3_600_000_000_000L;

  /** A week. */
  static final long LONGEST_TIMEOUT = 604_800_000_000_000L;

  TaskArgs {
    taskId = orEmpty(taskId);
    url = orEmpty(url);
    tag = orEmpty(tag);
    application = orEmpty(application);
    filteredQueryParams = orUsual(filteredQueryParams);
    concurrentPeerCount = or(concurrentPeerCount, PEERS);
    timeout = timeout == null || timeout == 0 ? TIMEOUT : timeout;
  }

  /**
   * @throws DragonflyException INVALID_ARGUMENT when it names no task
   */
  void requireTask() {
    if (taskId.isEmpty() && url.isEmpty() && contentForCalculatingTaskId == null) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "invalid params: task_id, content_for_calculating_task_id or url is required");
    }
  }

  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  static int or(@Nullable Integer number, int usual) {
    return number == null || number == 0 ? usual : number;
  }

  /** The parameters that do not count for the identity, as one text. */
  static String orUsual(@Nullable String names) {
    return names == null || names.isEmpty()
        ? String.join("&", DefaultFilteredQueryParams.ALL)
        : names;
  }

  static List<String> names(String filteredQueryParams) {
    return List.of(filteredQueryParams.split("&"));
  }
}
