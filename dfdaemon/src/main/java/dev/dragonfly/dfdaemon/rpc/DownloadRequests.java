package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.dfdaemon.task.DownloadRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Downloads of the wire as requests to the corridor. */
final class DownloadRequests {
  private DownloadRequests() {}

  /**
   * Which bytes a caller wants: by the field of the download, else by a Range header, of which the
   * first range counts.
   */
  static RangeRequest wanted(Download download) {
    Optional<ByteRange> field = TaskMapper.range(download);
    if (field.isPresent()) {
      return new RangeRequest.From(field.get().start(), field.get().end());
    }
    for (Map.Entry<String, String> header : download.getRequestHeaderMap().entrySet()) {
      if (header.getKey().equalsIgnoreCase("range")) {
        return parse(header.getValue());
      }
    }
    return new RangeRequest.Whole();
  }

  private static RangeRequest parse(String header) {
    return RangeRequest.ofHeader(header.replaceFirst(",.*", ""))
        .filter(range -> !range.equals(new RangeRequest.Suffix(0)))
        .orElseThrow(() ->
            new DragonflyException(
                ErrorCode.FAILED_PRECONDITION, "not a range that can be served: '" + header + "'"));
  }

  static DownloadRequest of(Download download, RangeRequest wanted) {
    TaskSpec spec = TaskMapper.toSpec(download);
    Map<String, String> header = new HashMap<>(spec.requestHeader());
    header.keySet().removeIf(name -> name.equalsIgnoreCase("range"));
    Optional<Duration> timeout =
        download.hasTimeout()
            ? Optional.of(
                Duration.ofSeconds(
                    download.getTimeout().getSeconds(), download.getTimeout().getNanos()))
            : Optional.empty();
    return new DownloadRequest(
        spec.withRequestHeader(header),
        wanted.beforeLength(),
        download.getNeedBackToSource(),
        download.getDisableBackToSource(),
        download.getPriorityValue(),
        timeout.filter(Duration::isPositive));
  }
}
