package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.dfdaemon.net.Headers;
import java.util.Optional;

/**
 * A request that is passed on as it is.
 *
 * @param head whether only the head is asked for (HEAD), else everything (GET)
 * @param url absolute http or https URL
 * @param header request headers
 * @param namedBy the URL whose owner named this one, as a registry names its token service: where
 *     that one may not redirect to, this may not lead either
 */
public record OriginRequest(boolean head, String url, Headers header, Optional<String> namedBy) {
  /** A request for a URL that the caller named himself. */
  public OriginRequest(boolean head, String url, Headers header) {
    this(head, url, header, Optional.empty());
  }

  /** The same with another value of one header. */
  public OriginRequest with(String name, String value) {
    return new OriginRequest(head, url, header.with(name, value), namedBy);
  }
}
