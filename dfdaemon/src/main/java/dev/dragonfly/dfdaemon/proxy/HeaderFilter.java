package dev.dragonfly.dfdaemon.proxy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which headers cross the proxy (RFC 9110, 7.6.1); pure. */
final class HeaderFilter {
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect",
          "host",
          "http2-settings");
  private static final Set<String> ONLY_FOR_THE_WHOLE =
      Set.of(
          "range",
          "if-range",
          "if-match",
          "if-none-match",
          "if-modified-since",
          "if-unmodified-since",
          "accept-encoding",
          "content-length",
          "content-type");
  private static final Set<String> FOR_A_REGISTRY =
      Set.of("authorization", "accept", "user-agent", "via");

  private HeaderFilter() {}

  /** Everything that is meant for the other end, in order, repeated names kept. */
  static List<Map.Entry<String, String>> endToEnd(List<Map.Entry<String, String>> header) {
    Set<String> named = new HashSet<>();
    for (Map.Entry<String, String> entry : header) {
      if (entry.getKey().equalsIgnoreCase("connection")) {
        for (String name : entry.getValue().split(",")) {
          named.add(name.strip().toLowerCase(Locale.ROOT));
        }
      }
    }
    List<Map.Entry<String, String>> kept = new ArrayList<>();
    for (Map.Entry<String, String> entry : header) {
      String name = entry.getKey().toLowerCase(Locale.ROOT);
      if (!HOP_BY_HOP.contains(name) && !named.contains(name) && !name.startsWith("x-dragonfly-")) {
        kept.add(entry);
      }
    }
    return kept;
  }

  /** What goes to the source of a task, one value for each name. */
  static Map<String, String> forTask(List<Map.Entry<String, String>> header, boolean registry) {
    Map<String, String> kept = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : endToEnd(header)) {
      String name = entry.getKey().toLowerCase(Locale.ROOT);
      boolean wanted =
          registry ? FOR_A_REGISTRY.contains(name) : !ONLY_FOR_THE_WHOLE.contains(name);
      if (wanted) {
        kept.merge(name, entry.getValue(), (a, b) -> a + ", " + b);
      }
    }
    return kept;
  }
}
