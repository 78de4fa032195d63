package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.piece.PieceStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Checksums of what registries sent to this host, in chunks of 1 MiB: content that equals them is
 * theirs to give away. A checksum of 32 bits is enough: whoever sent a chunk does not know the one
 * that it is compared with, or has it anyway. Safe for any thread; bounded, the monitor guards it.
 */
public final class SentChunks {
  /** Bytes of a chunk but the last one. */
  public static final int LENGTH = 1 << 20;

  private static final int LIMIT = 16_384;

  private final Map<String, Map<Long, Chunk>> sent = new LinkedHashMap<>();
  private int count;

  /**
   * What is known of a chunk.
   *
   * @param length its bytes, {@link #LENGTH} unless it is the last one
   */
  public record Chunk(int checksum, int length) {}

  /**
   * The chunk as it came from the URL.
   *
   * @param number the chunk begins at so many times {@link #LENGTH}
   */
  public synchronized Optional<Chunk> of(String url, long number) {
    return Optional.ofNullable(sent.getOrDefault(url, Map.of()).get(number));
  }

  /**
   * The body of an answer, which is noted when it is one of a registry.
   *
   * @param start where it begins in the content
   */
  PieceStream watching(String url, long start, SourceResponse response) {
    return url.contains("/v2/") ? new Watched(url, start, response) : response.body();
  }

  private synchronized void keep(String url, long number, Chunk chunk) {
    Map<Long, Chunk> known = sent.computeIfAbsent(url, unknown -> new HashMap<>());
    count += known.put(number, chunk) == null ? 1 : 0;
    while (count > LIMIT) {
      Iterator<Map<Long, Chunk>> oldest = sent.values().iterator();
      count -= oldest.next().size();
      oldest.remove();
    }
  }

  /** Used by one thread. */
  private final class Watched implements PieceStream {
    private final String url;
    private final PieceStream body;
    private final long contentLength;
    private final CRC32C checksum = new CRC32C();
    private long position;
    private int length;

    Watched(String url, long start, SourceResponse response) {
      this.url = url;
      this.position = start;
      this.body = response.body();
      this.contentLength = response.contentLength().orElse(Long.MAX_VALUE);
    }

    @Override
    public int read(ByteBuffer target) {
      int begin = target.position();
      int read = body.read(target);
      for (int at = begin; at < begin + Math.max(0, read); ) {
        int part = (int) Math.min(begin + read - at, LENGTH - position % LENGTH);
        checksum.update(target.duplicate().limit(at + part).position(at));
        at += part;
        position += part;
        length += part;
        // The last one at once: whoever has the whole may ask before the body is closed.
        if (position % LENGTH == 0 || position == contentLength) {
          end();
        }
      }
      if (read < 0) {
        end();
      }
      return read;
    }

    /** Of a chunk that was not read from its beginning nothing is known. */
    private void end() {
      if (length > 0 && (position - length) % LENGTH == 0) {
        Chunk chunk = new Chunk((int) checksum.getValue(), length);
        keep(url, (position - length) / LENGTH, chunk);
      }
      checksum.reset();
      length = 0;
    }

    @Override
    public void close() {
      end();
      body.close();
    }
  }
}
