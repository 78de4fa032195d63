package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.wire.TaskMapper;
import java.util.Map;
import java.util.Optional;

/**
 * Which bytes a caller wants: from the field of the download, else from a Range header (RFC 9110,
 * the first range of several).
 *
 * @param range the bytes as far as they are known without the content length
 * @param suffix number of last bytes wanted, 0 when it is no suffix
 */
record WantedBytes(Optional<ByteRange> range, long suffix) {
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
    RangeRequest first =
        RangeRequest.ofHeader(header.replaceFirst(",.*", ""))
            .filter(range -> !range.equals(new RangeRequest.Suffix(0)))
            .orElseThrow(() ->
                new DragonflyException(
                    ErrorCode.FAILED_PRECONDITION,
                    "not a range that can be served: '" + header + "'"));
    return new WantedBytes(
        first.beforeLength(), first instanceof RangeRequest.Suffix suffix ? suffix.length() : 0);
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
