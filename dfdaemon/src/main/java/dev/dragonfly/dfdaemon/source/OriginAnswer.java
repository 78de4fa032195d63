package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.piece.PieceStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an origin answered, whatever its status.
 *
 * @param status HTTP status
 * @param header response headers in order, as they came
 * @param body the bytes; whoever gets the answer closes it
 */
public record OriginAnswer(int status, List<Map.Entry<String, String>> header, PieceStream body)
    implements AutoCloseable {
  public OriginAnswer {
    header = List.copyOf(header);
  }

  /** The first header of this name, whatever its case. */
  public Optional<String> first(String name) {
    for (Map.Entry<String, String> entry : header) {
      if (entry.getKey().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }

  /** The announced length of the body; absent for a chunked one. */
  public OptionalLong contentLength() {
    Optional<String> length = first("content-length").filter(text -> text.matches("\\d{1,18}"));
    return length.isPresent() && first("transfer-encoding").isEmpty()
        ? OptionalLong.of(Long.parseLong(length.get()))
        : OptionalLong.empty();
  }

  @Override
  public void close() {
    body.close();
  }
}
