package dev.dragonfly.manager.rest;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;

/** Numbers of rows in paths. */
public final class Ids {
  private Ids() {}

  /**
   * @throws DragonflyException INVALID_ARGUMENT when there cannot be such a row
   */
  public static long check(long id) {
    if (id < 1) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "tried to read the path, got id " + id + " (expected 1 or more)");
    }
    return id;
  }

  /** The failure for a row that is not there. */
  public static DragonflyException notFound(String kind, long id) {
    return new DragonflyException(ErrorCode.NOT_FOUND, kind + " id " + id + ": record not found");
  }
}
