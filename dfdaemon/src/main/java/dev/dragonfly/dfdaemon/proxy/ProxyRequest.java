package dev.dragonfly.dfdaemon.proxy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it came.
 *
 * @param method in upper case
 * @param target what stands in the request line
 * @param header request headers in order; a name may occur several times
 * @param client who asks
 */
record ProxyRequest(
    String method, String target, List<Map.Entry<String, String>> header, InetAddress client) {
  ProxyRequest {
    header = List.copyOf(header);
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  /** The first header of this name, whatever its case. */
  Optional<String> first(String name) {
    for (Map.Entry<String, String> entry : header) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }

  /** All headers of this name as one. */
  Optional<String> joined(String name) {
    List<String> values = new ArrayList<>();
    for (Map.Entry<String, String> entry : header) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        values.add(entry.getValue());
      }
    }
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
  }

  /** Without header values and query: they may be secrets. */
  @Override
  public String toString() {
    int query = target.indexOf('?');
    return method + " " + (query < 0 ? target : target.substring(0, query));
  }
}
