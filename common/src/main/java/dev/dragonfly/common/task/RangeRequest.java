package dev.dragonfly.common.task;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which bytes somebody wants (RFC 9110, 14.1), before the length of the content is known. */
public sealed interface RangeRequest {
  /** Far behind the end of anything. */
  long OPEN_END = 1L << 60;

  /** Everything. */
  record Whole() implements RangeRequest {}

  /**
   * From a byte on.
   *
   * @param end the byte after the last wanted one; {@link #OPEN_END} for all that follow
   */
  record From(long start, long end) implements RangeRequest {}

  /** So many bytes of the end; of none of them nothing can be given. */
  record Suffix(long length) implements RangeRequest {}

  /** Reads {@code 0-99}, {@code 100-} or {@code -50}; empty when it is none of these. */
  static Optional<RangeRequest> parse(String text) {
    Matcher matcher = Form.SPEC.matcher(text.strip());
    if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
      return Optional.empty();
    }
    if (matcher.group(1).isEmpty()) {
      return Optional.of(new Suffix(Long.parseLong(matcher.group(2))));
    }
    long start = Long.parseLong(matcher.group(1));
    long end = matcher.group(2).isEmpty() ? OPEN_END : Long.parseLong(matcher.group(2)) + 1;
    return end <= start ? Optional.empty() : Optional.of(new From(start, end));
  }

  /** Reads a {@code Range} header of one part; empty for other units, forms and several parts. */
  static Optional<RangeRequest> ofHeader(String header) {
    Matcher matcher = Form.HEADER.matcher(header);
    return matcher.matches() ? parse(matcher.group(1)) : Optional.empty();
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

  /** As the value of a {@code Range} header; empty for everything. */
  default Optional<String> toHeader() {
    return switch (this) {
      case Whole whole -> Optional.empty();
      case From from ->
          Optional.of(
              "bytes=" + from.start() + "-" + (from.end() == OPEN_END ? "" : from.end() - 1));
      case Suffix suffix -> Optional.of("bytes=-" + suffix.length());
    };
  }

  /** The forms; digits are bounded, so that no number overflows. */
  final class Form {
    private static final Pattern SPEC = Pattern.compile("([0-9]{0,18})-([0-9]{0,18})");
    private static final Pattern HEADER = Pattern.compile("\\s*bytes\\s*=\\s*([0-9-]+)\\s*");

    private Form() {}
  }
}
