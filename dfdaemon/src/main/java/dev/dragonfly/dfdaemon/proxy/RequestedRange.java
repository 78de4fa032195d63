package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.task.ByteRange;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code Range} header of RFC 9110. What is malformed, of another unit or of several parts is
 * ignored: the answer is then the whole.
 */
sealed interface RequestedRange {
  Pattern FORM = Pattern.compile("\\s*bytes\\s*=\\s*([0-9]{0,18})-([0-9]{0,18})\\s*");

  /** Far behind the end of anything. */
  long OPEN_END = 1L << 60;

  /** Everything. */
  record Whole() implements RequestedRange {}

  /**
   * From a byte on.
   *
   * @param end the byte after the last wanted one; {@link #OPEN_END} for all that follow
   */
  record From(long start, long end) implements RequestedRange {}

  /** So many bytes of the end. */
  record Suffix(long length) implements RequestedRange {}

  static RequestedRange parse(@Nullable String header) {
    if (header == null) {
      return new Whole();
    }
    Matcher matcher = FORM.matcher(header);
    if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
      return new Whole();
    }
    if (matcher.group(1).isEmpty()) {
      return new Suffix(Long.parseLong(matcher.group(2)));
    }
    long start = Long.parseLong(matcher.group(1));
    long end = matcher.group(2).isEmpty() ? OPEN_END : Long.parseLong(matcher.group(2)) + 1;
    return end <= start ? new Whole() : new From(start, end);
  }

  /** What of it can be said without the length of the content. */
  default Optional<ByteRange> beforeLength() {
    return this instanceof From from
        ? Optional.of(new ByteRange(from.start(), from.end() - from.start()))
        : Optional.empty();
  }

  /** The bytes of a content of this length; empty when the range lies behind its end (416). */
  default Optional<ByteRange> within(long contentLength) {
    return switch (this) {
      case Whole whole -> Optional.of(new ByteRange(0, contentLength));
      case From from ->
          from.start() >= contentLength
              ? Optional.empty()
              : Optional.of(
                  new ByteRange(from.start(), Math.min(from.end(), contentLength) - from.start()));
      case Suffix suffix -> {
        long length = Math.min(suffix.length(), contentLength);
        yield length == 0
            ? Optional.empty()
            : Optional.of(new ByteRange(contentLength - length, length));
      }
    };
  }

  /** Whether it asks for a part. */
  default boolean isPart() {
    return !(this instanceof Whole);
  }
}
