package dev.dragonfly.common.task;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code Content-Range} header says of a part (RFC 9110, 14.4).
 *
 * @param bytes which they are
 * @param total length of the whole, where it is told
 */
public record ContentRange(ByteRange bytes, OptionalLong total) {
  private static final Pattern FORM =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

  /** Reads the header; empty when it is none. */
  public static Optional<ContentRange> parse(String header) {
    Matcher matcher = FORM.matcher(header.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long first = Long.parseLong(matcher.group(1));
    long end = Long.parseLong(matcher.group(2)) + 1;
    String total = matcher.group(3);
    return end <= first
        ? Optional.empty()
        : Optional.of(
            new ContentRange(
                new ByteRange(first, end - first),
                total.equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(total))));
  }

  /** Whether it is the answer to a request for these bytes, cut at the end of the content. */
  public boolean answers(ByteRange asked) {
    return bytes.start() == asked.start()
        && bytes.end() == Math.min(asked.end(), total.orElse(Long.MAX_VALUE));
  }
}
