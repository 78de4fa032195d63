package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.piece.PieceStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A few bytes of what registries sent for their blobs, and where they stood: who sent them can be
 * believed to have the blob, if it turns out to hold them there. Safe for any thread; the map is
 * bounded and guarded by the monitor.
 */
public final class SourceExcerpts {
  /** Content is looked at in zones of 1 MiB, 7 MiB, 56 MiB and so on. */
  private static final int FIRST_ZONE_BITS = 20;

  private static final int ZONE_FACTOR_BITS = 3;
  private static final int EXCERPT = 256;
  private static final int FOR_A_ZONE = 4;
  private static final int SOURCES = 256;

  private final Map<String, List<Excerpt>> excerpts = new LinkedHashMap<>();

  /**
   * Bytes as a source sent them.
   *
   * @param offset where they stand in the content
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  public record Excerpt(long offset, byte[] bytes) {}

  /** The zone of a position: each one but the first is seven times as long as all before it. */
  public static int zone(long position) {
    int log = Long.SIZE - 1 - Long.numberOfLeadingZeros(position | 1);
    return log < FIRST_ZONE_BITS ? 0 : 1 + (log - FIRST_ZONE_BITS) / ZONE_FACTOR_BITS;
  }

  /** The first position behind a zone. */
  public static long zoneEnd(int zone) {
    return 1L << Math.min(FIRST_ZONE_BITS + ZONE_FACTOR_BITS * zone, Long.SIZE - 2);
  }

  /** What came from the URL so far. */
  public synchronized List<Excerpt> of(String url) {
    return List.copyOf(excerpts.getOrDefault(url, List.of()));
  }

  /** The body, of which excerpts are kept when it is one of a registry. */
  PieceStream watching(String url, long start, PieceStream body) {
    return url.contains("/v2/") ? new Watched(url, start, body) : body;
  }

  private synchronized void keep(String url, Excerpt excerpt) {
    List<Excerpt> known = excerpts.computeIfAbsent(url, unknown -> new ArrayList<>());
    int zone = zone(excerpt.offset());
    if (known.stream().filter(other -> zone(other.offset()) == zone).count() < FOR_A_ZONE) {
      known.add(excerpt);
    }
    if (excerpts.size() > SOURCES) {
      excerpts.remove(excerpts.keySet().iterator().next());
    }
  }

  /** Keeps the first bytes of each zone that it comes through. Used by one thread. */
  private final class Watched implements PieceStream {
    private final String url;
    private final PieceStream body;
    private long position;
    private int seen = -1;

    Watched(String url, long start, PieceStream body) {
      this.url = url;
      this.position = start;
      this.body = body;
    }

    @Override
    public int read(ByteBuffer target) {
      int before = target.position();
      int length = body.read(target);
      if (length > 0) {
        if (zone(position) != seen) {
          seen = zone(position);
          byte[] bytes = new byte[Math.min(length, EXCERPT)];
          target.get(before, bytes);
          keep(url, new Excerpt(position, bytes));
        }
        position += length;
      }
      return length;
    }

    @Override
    public void close() {
      body.close();
    }
  }
}
