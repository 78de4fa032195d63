package dev.dragonfly.common.wire;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.time.DateTimeException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Turns what the wire says into values that check themselves; what does not fit is the caller's
 * fault. Every message begins with the name of the field and never repeats a text of unknown
 * length.
 */
public final class Arguments {
  private Arguments() {}

  /**
   * The value, made by its own constructor.
   *
   * @throws DragonflyException INVALID_ARGUMENT naming the field
   */
  public static <V, T> T parse(String field, V value, Function<V, T> parser) {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      throw invalid(field + ": " + e.getMessage());
    }
  }

  /**
   * Checks the number of elements.
   *
   * @throws DragonflyException INVALID_ARGUMENT naming the field
   */
  public static void atMost(String field, int count, int most) {
    check(count <= most, () -> field + " must have at most " + most + " elements, got " + count);
  }

  /** A text without control characters, which would end a line of a log or a field of a store. */
  static String text(String field, String text, int most) {
    within(field, text, most);
    check(
        text.chars().noneMatch(Character::isISOControl),
        () -> field + " must not have control characters");
    return text;
  }

  static Optional<String> optionalText(String field, boolean present, String text, int most) {
    return present ? Optional.of(text(field, text, most)) : Optional.empty();
  }

  static OptionalLong optional(boolean present, long value) {
    return present ? OptionalLong.of(value) : OptionalLong.empty();
  }

  /**
   * The text, if it is not too long.
   *
   * @throws DragonflyException INVALID_ARGUMENT naming the field
   */
  public static String within(String field, String text, int most) {
    check(
        text.length() <= most,
        () -> field + " must have at most " + most + " characters, got " + text.length());
    return text;
  }

  static String notEmpty(String field, String text) {
    check(!text.isEmpty(), () -> field + " must not be empty");
    return text;
  }

  /** Only the beginning of a text that people read. */
  static String shortened(String text) {
    return text.length() <= FieldLimits.DESCRIPTION
        ? text
        : text.substring(0, FieldLimits.DESCRIPTION);
  }

  /**
   * Checks a condition; the message, which costs more than the check, is made when it fails.
   *
   * @throws DragonflyException INVALID_ARGUMENT with the message
   */
  public static void check(boolean condition, Supplier<String> message) {
    if (!condition) {
      throw invalid(message.get());
    }
  }

  static DragonflyException invalid(String message) {
    return new DragonflyException(ErrorCode.INVALID_ARGUMENT, message);
  }
}
