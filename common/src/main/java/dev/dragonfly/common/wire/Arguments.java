package dev.dragonfly.common.wire;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.time.DateTimeException;
import java.util.function.Function;

/**
 * Turns what the wire says into values that check themselves; what does not fit is the caller's
 * fault.
 */
final class Arguments {
  private Arguments() {}

  static <V, T> T parse(String field, V value, Function<V, T> parser) {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      throw invalid(field + ": " + e.getMessage());
    }
  }

  static String notEmpty(String field, String text) {
    if (text.isEmpty()) {
      throw invalid(field + " must not be empty");
    }
    return text;
  }

  static void check(boolean condition, String message) {
    if (!condition) {
      throw invalid(message);
    }
  }

  static DragonflyException invalid(String message) {
    return new DragonflyException(ErrorCode.INVALID_ARGUMENT, message);
  }
}
