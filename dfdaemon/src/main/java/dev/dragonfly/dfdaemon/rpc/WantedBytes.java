package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.wire.TaskMapper;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes a caller wants: from the field of the download, else from a Range header (RFC 9110,
 * the first range of several).
 *
 * @param range the bytes as far as they are known without the content length
 * @param suffix number of last bytes wanted, 0 when it is no suffix
 */
record WantedBytes(Optional<ByteRange> range, long suffix) {
  private static final Pattern HEADER =
      Pattern.compile("\\s*bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*(?:,.*)?");
  private static final long OPEN_END = 1L << 60;

  static WantedBytes of(Download download) {
    Optional<ByteRange> field = field(download);
    if (field.isPresent()) {
      return new WantedBytes(field, 0);
    }
    for (Map.Entry<String, String> header : download.getRequestHeaderMap().entrySet()) {
      if (header.getKey().equalsIgnoreCase("range")) {
        return parse(header.getValue());
      }
    }
    return new WantedBytes(Optional.empty(), 0);
  }

  private static Optional<ByteRange> field(Download download) {
    try {
      return TaskMapper.range(download);
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, "download.range: " + e, e);
    }
  }

  private static WantedBytes parse(String header) {
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION, "not a range that can be served: '" + header + "'");
    }
    if (matcher.group(1).isEmpty()) {
      long suffix = Long.parseLong(matcher.group(2));
      if (suffix == 0) {
        throw new DragonflyException(
            ErrorCode.FAILED_PRECONDITION, "the range is empty: '" + header + "'");
      }
      return new WantedBytes(Optional.empty(), suffix);
    }
    long first = Long.parseLong(matcher.group(1));
    long end = matcher.group(2).isEmpty() ? first + OPEN_END : Long.parseLong(matcher.group(2)) + 1;
    if (end <= first) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION, "the range ends before it begins: '" + header + "'");
    }
    return new WantedBytes(Optional.of(new ByteRange(first, end - first)), 0);
  }

  /**
   * The bytes of a content of this length; absent when everything is wanted.
   *
   * @throws DragonflyException FAILED_PRECONDITION when the range begins behind the end
   */
  Optional<ByteRange> within(long contentLength) {
    if (suffix > 0) {
      long length = Math.min(suffix, contentLength);
      return Optional.of(new ByteRange(contentLength - length, length));
    }
    if (range.isPresent() && range.get().start() >= contentLength && range.get().length() > 0) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          "the range begins at %d, the content has %d bytes"
              .formatted(range.get().start(), contentLength));
    }
    return range.map(r -> new ByteRange(r.start(), Math.min(r.end(), contentLength) - r.start()));
  }
}
