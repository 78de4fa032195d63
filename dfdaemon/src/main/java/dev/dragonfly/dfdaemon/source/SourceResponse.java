package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.piece.PieceStream;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A source that answered.
 *
 * @param status 200 or 206
 * @param contentLength bytes of the whole content, also behind a 206
 * @param acceptsRanges whether further parts can be read with range requests
 * @param honoredRange whether the body is exactly the range asked for; false when the source sent
 *     the whole instead
 * @param url what was asked for, before any redirect
 * @param header response headers, names in lower case, without cookies
 * @param body the bytes; whoever gets the response closes it
 */
public record SourceResponse(
    int status,
    OptionalLong contentLength,
    boolean acceptsRanges,
    boolean honoredRange,
    String url,
    Map<String, String> header,
    PieceStream body)
    implements AutoCloseable {
  public SourceResponse {
    header = Map.copyOf(header);
  }

  /** The same with the bytes read through another stream. */
  SourceResponse withBody(PieceStream other) {
    return new SourceResponse(
        status, contentLength, acceptsRanges, honoredRange, url, header, other);
  }

  @Override
  public void close() {
    body.close();
  }
}
