package dev.dragonfly.dfdaemon.source;

/** Reads sources. Blocks; call from virtual threads. */
public interface SourceClient extends AutoCloseable {
  /**
   * Opens the source and returns when its response headers have arrived (redirects followed).
   *
   * @throws dev.dragonfly.common.error.DragonflyException SOURCE_NOT_FOUND, SOURCE_UNAUTHORIZED,
   *     SOURCE_FORBIDDEN, SOURCE_FAILED (with the status), PERMISSION_DENIED for a refused address,
   *     UNAVAILABLE when it cannot be reached, DEADLINE_EXCEEDED
   */
  SourceResponse open(SourceRequest request);

  @Override
  void close();
}
