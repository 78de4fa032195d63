package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.Locale;

/**
 * Tells refusals of a request, which every scheduler would repeat, from failures of a scheduler.
 */
final class Refusal {
  /**
   * What an upstream scheduler says, as FAILED_PRECONDITION, of a task that nobody may download.
   */
  private static final String FORBIDDEN = "is forbidden";

  private Refusal() {}

  static boolean isFinal(DragonflyException failure) {
    ErrorCode code = failure.code();
    if (code == ErrorCode.FAILED_PRECONDITION) {
      return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains(FORBIDDEN);
    }
    return code == ErrorCode.INVALID_ARGUMENT || code == ErrorCode.PERMISSION_DENIED;
  }
}
