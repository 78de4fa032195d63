package dev.dragonfly.manager.job;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.PositiveOrZero;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which image is looked for; what is not said gets its default here. Holds secrets.
 *
 * @param url of the manifest
 * @param pieceLength bytes
 * @param timeout nanoseconds
 */
record ImageArgs(
    String url,
    @Nullable @Min(TaskArgs.SHORTEST_PIECE) @Max(TaskArgs.LONGEST_PIECE) Long pieceLength,
    String tag,
    String application,
    String filteredQueryParams,
    @Nullable Map<String, String> headers,
    String username,
    String password,
    String platform,
    @Min(1) @Max(100) Integer concurrentLayerCount,
    @Min(1) @Max(1000) Integer concurrentPeerCount,
    @PositiveOrZero @Max(TaskArgs.LONGEST_TIMEOUT) Long timeout) {
  private static final int LAYERS = 8;

  ImageArgs {
    url = TaskArgs.orEmpty(url);
    tag = TaskArgs.orEmpty(tag);
    application = TaskArgs.orEmpty(application);
    filteredQueryParams = TaskArgs.orUsual(filteredQueryParams);
    username = TaskArgs.orEmpty(username);
    password = TaskArgs.orEmpty(password);
    platform = TaskArgs.orEmpty(platform);
    concurrentLayerCount = TaskArgs.or(concurrentLayerCount, LAYERS);
    concurrentPeerCount = TaskArgs.or(concurrentPeerCount, TaskArgs.PEERS);
    timeout = timeout == null || timeout == 0 ? TaskArgs.TIMEOUT : timeout;
  }

  /** The task of one of its contents. */
  TaskArgs task(String content) {
    return new TaskArgs(
        "",
        content,
        null,
        pieceLength,
        tag,
        application,
        filteredQueryParams,
        concurrentPeerCount,
        timeout);
  }

  /** Without what is secret. */
  @Override
  public String toString() {
    return "ImageArgs[]";
  }
}
