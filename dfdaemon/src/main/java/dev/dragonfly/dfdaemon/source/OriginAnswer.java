package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.piece.PieceStream;
import dev.dragonfly.dfdaemon.net.Headers;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an origin answered, whatever its status.
 *
 * @param status HTTP status
 * @param header response headers in order, as they came
 * @param body the bytes; whoever gets the answer closes it
 * @param from who answered, after redirects; for people
 */
public record OriginAnswer(int status, Headers header, PieceStream body, String from)
    implements AutoCloseable {
  /** The first header of this name, whatever its case. */
  public Optional<String> first(String name) {
    return header.first(name);
  }

  /** The announced length of the body; absent for a chunked one. */
  public OptionalLong contentLength() {
    Optional<String> length = first("content-length").filter(text -> text.matches("\\d{1,18}"));
    return length.isPresent() && !header.has("transfer-encoding")
        ? OptionalLong.of(Long.parseLong(length.get()))
        : OptionalLong.empty();
  }

  @Override
  public void close() {
    body.close();
  }
}
