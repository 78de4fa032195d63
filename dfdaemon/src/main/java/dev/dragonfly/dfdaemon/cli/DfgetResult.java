package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.config.DataSize;
import java.math.BigDecimal;
import java.math.RoundingMode;
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

  /** One line of JSON, made by hand: a library would take longer to load than most downloads. */
  String toJson() {
    return "{\"task_id\":"
        + quoted(taskId)
        + ",\"peer_id\":"
        + quoted(peerId)
        + ",\"output\":"
        + quoted(output.toString())
        + ",\"bytes\":"
        + bytes
        + ",\"seconds\":"
        + BigDecimal.valueOf(seconds).setScale(3, RoundingMode.HALF_UP).toPlainString()
        + ",\"from_peers\":"
        + fromPeers
        + ",\"from_source\":"
        + fromSource
        + ",\"from_cache\":"
        + fromCache
        + "}";
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u00")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
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
