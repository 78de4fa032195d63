package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.net.Headers;

/** A source answered, but not with content. */
public final class SourceStatusException extends DragonflyException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Headers header;

  public SourceStatusException(ErrorCode code, String message, int status, Headers header) {
    super(code, message);
    this.status = status;
    this.header = header;
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** The headers of the answer. */
  public Headers header() {
    return header;
  }
}
