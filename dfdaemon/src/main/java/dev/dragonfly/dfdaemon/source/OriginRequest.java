package dev.dragonfly.dfdaemon.source;

import java.util.List;
import java.util.Map;

/**
 * A request that is passed on as it is.
 *
 * @param head whether only the head is asked for (HEAD), else everything (GET)
 * @param url absolute http or https URL
 * @param header request headers in order; a name may occur several times
 */
public record OriginRequest(boolean head, String url, List<Map.Entry<String, String>> header) {
  public OriginRequest {
    header = List.copyOf(header);
  }
}
