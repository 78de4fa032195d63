package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.dfdaemon.net.Headers;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Which headers cross the proxy (RFC 9110, 7.6.1); pure. */
public final class HeaderFilter {
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

  /** What differs between the requests of one caller, and which no registry takes for a proof. */
  private static final Set<String> PROVES_NOTHING =
      Set.of("accept", "accept-language", "user-agent", "via", "traceparent", "tracestate");

  private HeaderFilter() {}

  /** Everything that is meant for the other end, in order, repeated names kept. */
  public static Headers endToEnd(Headers header) {
    Set<String> named = new HashSet<>();
    for (String value : header.all("connection")) {
      for (String name : value.split(",")) {
        named.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    return header.only(name ->
        !HOP_BY_HOP.contains(name) && !named.contains(name) && !name.startsWith("x-dragonfly-"));
  }

  /** What goes to the source of a task. */
  public static Headers forTask(Headers endToEnd, boolean registry) {
    return endToEnd.only(
        name -> registry ? FOR_A_REGISTRY.contains(name) : !ONLY_FOR_THE_WHOLE.contains(name));
  }

  /** By what a registry may tell one caller from another. */
  static Headers proofs(Headers endToEnd) {
    return endToEnd.only(
        name -> !ONLY_FOR_THE_WHOLE.contains(name) && !PROVES_NOTHING.contains(name));
  }
}
