package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.config.DataSize;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a download went.
 *
 * @param taskId the task, empty for a direct download
 * @param peerId the peer, empty for a direct download
 * @param fromPeers bytes from other peers
 * @param fromSource bytes from the source
 * @param fromCache bytes that this host had already
 */
record DfgetResult(
    String taskId,
    String peerId,
    Path output,
    long bytes,
    double seconds,
    long fromPeers,
    long fromSource,
    long fromCache) {

  String toJson() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("task_id", taskId);
    fields.put("peer_id", peerId);
    fields.put("output", output.toString());
    fields.put("bytes", bytes);
    fields.put("seconds", BigDecimal.valueOf(seconds).setScale(3, RoundingMode.HALF_UP));
    fields.put("from_peers", fromPeers);
    fields.put("from_source", fromSource);
    fields.put("from_cache", fromCache);
    return new JsonMapper().writeValueAsString(fields);
  }

  String toText() {
    return String.format(
        Locale.ROOT,
        "%s: %s in %.1f s (%s from peers, %s from the source, %s from the cache)",
        output,
        DataSize.rounded(bytes),
        seconds,
        DataSize.rounded(fromPeers),
        DataSize.rounded(fromSource),
        DataSize.rounded(fromCache));
  }
}
