package dev.dragonfly.dfdaemon.cli;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes as people write them: {@code 0-99}, {@code 100-} or {@code -50} (the last 50).
 *
 * @param first first byte, absent for a suffix
 * @param last last byte, absent for everything from {@code first}; the length of a suffix
 */
record RangeText(OptionalLong first, OptionalLong last) {
  private static final Pattern FORM = Pattern.compile("(?:bytes=)?(\\d{0,18})-(\\d{0,18})");

  static RangeText parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
      throw new IllegalArgumentException(
          "not a range: '" + text + "' (expected 0-99, 100- or -50)");
    }
    RangeText range = new RangeText(number(matcher.group(1)), number(matcher.group(2)));
    boolean reversed =
        range.first.isPresent()
            && range.last.isPresent()
            && range.last.getAsLong() < range.first.getAsLong();
    boolean nothing = range.first.isEmpty() && range.last.orElse(1) == 0;
    if (nothing) {
      throw new IllegalArgumentException("the range is empty: '" + text + "'");
    }
    if (reversed) {
      throw new IllegalArgumentException("the range ends before it begins: '" + text + "'");
    }
    return range;
  }

  private static OptionalLong number(String digits) {
    return digits.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(digits));
  }

  /** As the value of a Range header. */
  String toHeader() {
    return "bytes="
        + (first.isPresent() ? first.getAsLong() : "")
        + "-"
        + (last.isPresent() ? last.getAsLong() : "");
  }
}
