package dev.dragonfly.dfdaemon.cli;

import java.nio.file.Path;
import java.util.Locale;

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
    return String.format(
        Locale.ROOT,
        "{\"task_id\":\"%s\",\"peer_id\":\"%s\",\"output\":\"%s\",\"bytes\":%d,\"seconds\":%.3f,\"from_peers\":%d,\"from_source\":%d,\"from_cache\":%d}",
        taskId,
        peerId,
        output.toString().replace("\\", "\\\\").replace("\"", "\\\""),
        bytes,
        seconds,
        fromPeers,
        fromSource,
        fromCache);
  }

  String toText() {
    return String.format(
        Locale.ROOT,
        "%s: %s in %.1f s (%s from peers, %s from the source, %s from the cache)",
        output,
        Progress.size(bytes),
        seconds,
        Progress.size(fromPeers),
        Progress.size(fromSource),
        Progress.size(fromCache));
  }
}
