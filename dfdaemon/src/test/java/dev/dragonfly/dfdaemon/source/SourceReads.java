package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.piece.PieceStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.OptionalLong;

/** Bodies as sources send them, for tests of what is noted of them. */
public final class SourceReads {
  private SourceReads() {}

  /** A part of the content that is read to its end and noted as coming from the URL. */
  public static void read(SentChunks sent, String url, byte[] content, int start, int end) {
    ByteBuffer part = ByteBuffer.wrap(content, start, end - start);
    SourceResponse response =
        new SourceResponse(
            206, OptionalLong.of(content.length), true, true, url, Map.of(), body(part));
    ByteBuffer target = ByteBuffer.allocate(70_001);
    try (PieceStream body = sent.watching(url, start, response)) {
      while (body.read(target.clear()) >= 0) {
        // To the end.
      }
    }
  }

  /** A stream of these bytes. */
  public static PieceStream body(ByteBuffer bytes) {
    return new PieceStream() {
      @Override
      public int read(ByteBuffer target) {
        if (!bytes.hasRemaining()) {
          return -1;
        }
        int length = Math.min(bytes.remaining(), target.remaining());
        target.put(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
        return length;
      }

      @Override
      public void close() {}
    };
  }
}
