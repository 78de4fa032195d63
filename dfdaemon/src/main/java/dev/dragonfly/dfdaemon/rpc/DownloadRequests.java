package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.api.common.v2.Download;
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

  static DownloadRequest of(Download download, WantedBytes wanted) {
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
        wanted.range(),
        download.getNeedBackToSource(),
        download.getDisableBackToSource(),
        download.getPriorityValue(),
        timeout.filter(Duration::isPositive));
  }
}
