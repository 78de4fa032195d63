package dev.dragonfly.common.error;

import org.jspecify.annotations.Nullable;

/**
 * An unexpected outcome. The message says what was tried on what, what came and what was expected,
 * and where it helps what to do next.
 */
public class DragonflyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public DragonflyException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  public DragonflyException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What kind of thing went wrong. */
  public ErrorCode code() {
    return code;
  }
}
