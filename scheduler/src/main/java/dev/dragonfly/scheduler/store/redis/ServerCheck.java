package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.HashMap;
import java.util.Map;

/** Whether a Redis server is fit to hold the graph; pure. */
final class ServerCheck {
  private static final int OLDEST_MAJOR = 6;
  private static final int OLDEST_MINOR = 2;
  private static final int NEWEST_MAJOR = 8;

  private ServerCheck() {}

  /**
   * Reads the answer of INFO.
   *
   * @throws DragonflyException CONFIG when the server is too old, unknown or evicts keys
   */
  static void check(String address, String info) {
    Map<String, String> values = parse(info);
    String version = values.getOrDefault("redis_version", "unknown");
    String[] parts = version.split("\\.", -1);
    int major = number(parts, 0);
    int minor = number(parts, 1);
    boolean tooOld = major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR);
    if (tooOld || major > NEWEST_MAJOR) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "Checked Redis at %s: version %s (expected 6.2 to 8.x); use such a server"
              .formatted(address, version));
    }
    String policy = values.getOrDefault("maxmemory_policy", "unknown");
    if (!policy.equals("noeviction")) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          ("Checked Redis at %s: maxmemory-policy is %s (expected noeviction), so the graph could be"
                  + " evicted piecemeal; run 'redis-cli CONFIG SET maxmemory-policy noeviction' and set"
                  + " it in redis.conf")
              .formatted(address, policy));
    }
  }

  private static Map<String, String> parse(String info) {
    Map<String, String> values = new HashMap<>();
    for (String line : info.split("\r?\n")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        values.put(line.substring(0, colon), line.substring(colon + 1).trim());
      }
    }
    return values;
  }

  private static int number(String[] parts, int index) {
    if (index >= parts.length || !parts[index].matches("[0-9]{1,6}")) {
      return -1;
    }
    return Integer.parseInt(parts[index]);
  }
}
