package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.task.ByteRange;
import java.util.Map;
import java.util.Optional;

/**
 * What to read.
 *
 * @param url absolute http or https URL
 * @param header request headers; {@code Range} among them is ignored
 * @param range bytes to read; absent for the whole
 */
public record SourceRequest(String url, Map<String, String> header, Optional<ByteRange> range) {
  public SourceRequest {
    header = Map.copyOf(header);
  }
}
