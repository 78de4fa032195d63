package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.ContentRange;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.source.OriginAnswer;
import dev.dragonfly.dfdaemon.source.OriginClient;
import dev.dragonfly.dfdaemon.source.OriginRequest;
import dev.dragonfly.dfdaemon.source.SentChunks;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which registry has shown that it holds which content. Blobs have the same identity whatever
 * registry they come from, and a registry can say 200 to everything and name any digest in its
 * manifests; what it cannot do is tell bytes that it does not have.
 *
 * <p>So what a registry itself sent, to this host or to a listed seed that signed it as read from
 * there, may be given away at once as content of it. What came from other peers may be given away
 * when it is complete and matched, as read from there by whoever signed it; or when it is complete,
 * which it is after it has matched its digest, and the registry has sent a few bytes of it, from a
 * place that it could not know before. Not earlier: while it is incomplete it may be a mixture of
 * what that registry sent, here or elsewhere, with what it does not have. Since somebody may know
 * how a private file begins, each zone of the content is asked about, of which every one is seven
 * times as long as all before it. What was shown once stays true, so it is kept while there is
 * room. Blocks; the map is guarded by its monitor.
 */
public final class PossessionProofs {
  private static final Logger LOG = LoggerFactory.getLogger(PossessionProofs.class);

  /** Bytes that nobody guesses, and few enough that a thousand hosts may ask for them. */
  private static final int WINDOW = 4 << 10;

  private static final int FIRST_ZONE_BITS = 20;
  private static final int ZONE_FACTOR_BITS = 3;
  private static final int BUFFER = 64 << 10;
  private static final int LIMIT = 16_384;

  private final OriginClient client;
  private final RegistryLogin login;
  private final SentChunks sent;
  private final RandomGenerator random;
  private final Map<Claim, Integer> shown = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * What a caller wants.
   *
   * @param digest of the content; present for everything that a registry has
   */
  public record Wanted(Origin origin, Optional<Digest> digest) {}

  /** A registry says that it has the content. */
  private record Claim(String registry, TaskId content) {}

  /**
   * @param sent what registries sent to this host
   * @param random chooses places
   */
  public PossessionProofs(
      OriginClient client, RegistryLogin login, SentChunks sent, RandomGenerator random) {
    this.client = client;
    this.login = login;
    this.sent = sent;
    this.random = random;
  }

  /**
   * Up to where bytes of the content may be given away as those of its origin; {@code position}
   * when none may be yet.
   *
   * @param position the first byte wanted
   * @param readable where the verified bytes from there on end
   * @throws DragonflyException FAILED_PRECONDITION when the origin does not show that it has them,
   *     and what goes wrong when it is asked
   */
  public long until(Caller caller, Wanted wanted, StoredTask stored, long position, long readable) {
    Origin origin = wanted.origin();
    if (origin.registry().isEmpty() || wanted.digest().isEmpty()) {
      return readable;
    }
    Claim claim = new Claim(origin.registry().get().toString(), stored.id());
    int zone = zone(position);
    long end = Math.min(readable, zoneEnd(zone));
    if (isShown(claim, zone)) {
      return end;
    }
    SourceOrigin registry = SourceOrigin.of(origin.registry().get().toString());
    if (!isRight(stored, wanted.digest().get())) {
      long signed = ReadBlocks.until(stored, registry, position, readable, true);
      if (signed > position) {
        return signed;
      }
      long chunk = position / SentChunks.LENGTH;
      return isSent(origin, stored, chunk)
          ? Math.min(readable, (chunk + 1) * SentChunks.LENGTH)
          : position;
    }
    if (!isRead(stored, registry, zone)
        && !isSent(origin, stored, zoneStart(zone) / SentChunks.LENGTH)) {
      ask(caller, origin, stored, window(stored, zone));
    }
    note(claim, zone);
    return end;
  }

  /**
   * Whether the origin has shown before that it has these bytes of content that matches its digest.
   * Does not block.
   */
  public boolean hasShown(Wanted wanted, TaskId content, ByteRange bytes) {
    if (wanted.origin().registry().isEmpty() || wanted.digest().isEmpty()) {
      return true;
    }
    Claim claim = new Claim(wanted.origin().registry().get().toString(), content);
    int last = zone(Math.max(bytes.start(), bytes.end() - 1));
    for (int zone = zone(bytes.start()); zone <= last; zone++) {
      if (!isShown(claim, zone)) {
        return false;
      }
    }
    return true;
  }

  /** Whether those who read the zone, whoever they are, read it from this registry. */
  private static boolean isRead(StoredTask stored, SourceOrigin registry, int zone) {
    long start = zoneStart(zone);
    long end = Math.min(zoneEnd(zone), stored.facts().contentLength().orElse(start));
    return ReadBlocks.until(stored, registry, start, end, false) >= end;
  }

  /** The digest is computed behind the download, and kept: this is rarely more than a look. */
  private static boolean isRight(StoredTask stored, Digest digest) {
    return stored.isComplete() && stored.digest(digest.algorithm()).equals(digest);
  }

  private static int zone(long position) {
    int log = Long.SIZE - 1 - Long.numberOfLeadingZeros(position | 1);
    return log < FIRST_ZONE_BITS ? 0 : 1 + (log - FIRST_ZONE_BITS) / ZONE_FACTOR_BITS;
  }

  private static long zoneStart(int zone) {
    return zone == 0 ? 0 : zoneEnd(zone - 1);
  }

  private static long zoneEnd(int zone) {
    return 1L << Math.min(FIRST_ZONE_BITS + ZONE_FACTOR_BITS * zone, Long.SIZE - 2);
  }

  private synchronized boolean isShown(Claim claim, int zone) {
    return (shown.getOrDefault(claim, 0) & 1 << zone) != 0;
  }

  private synchronized void note(Claim claim, int zone) {
    shown.merge(claim, 1 << zone, (before, now) -> before | now);
    if (shown.size() > LIMIT) {
      shown.remove(shown.keySet().iterator().next());
    }
  }

  /** Whether the chunk in the store is the one that the origin sent to this host. */
  private boolean isSent(Origin origin, StoredTask stored, long number) {
    Optional<SentChunks.Chunk> chunk = sent.of(origin.url(), number);
    if (chunk.isEmpty()) {
      return false;
    }
    long start = number * SentChunks.LENGTH;
    int length = chunk.get().length();
    long contentLength = stored.facts().contentLength().orElse(Long.MAX_VALUE);
    if (length < SentChunks.LENGTH && start + length != contentLength) {
      return false; // Cut off somewhere: so short a piece might be guessed.
    }
    CRC32C checksum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(BUFFER, length));
    for (int done = 0; done < length; done += buffer.limit()) {
      buffer.clear().limit(Math.min(buffer.capacity(), length - done));
      if (!fill(stored, start + done, buffer)) {
        return false;
      }
      checksum.update(buffer);
    }
    return (int) checksum.getValue() == chunk.get().checksum();
  }

  /** Reads verified bytes; false when not all are verified. */
  private static boolean fill(StoredTask stored, long offset, ByteBuffer buffer) {
    while (buffer.hasRemaining()) {
      if (stored.read(offset + buffer.position(), buffer) <= 0) {
        return false;
      }
    }
    buffer.flip();
    return true;
  }

  /** A place in a zone of complete content. */
  private ByteRange window(StoredTask stored, int zone) {
    long start = zoneStart(zone);
    long end = Math.min(zoneEnd(zone), stored.facts().contentLength().orElse(start));
    long length = Math.min(WINDOW, end - start);
    return new ByteRange(start + random.nextLong(end - start - length + 1), length);
  }

  private void ask(Caller caller, Origin origin, StoredTask stored, ByteRange window) {
    ByteBuffer expected = ByteBuffer.allocate((int) window.length());
    Headers header =
        HeaderFilter.forTask(caller.header(), true)
            .plus("Accept-Encoding", "identity")
            .plus("Range", "bytes=" + window.start() + "-" + (window.end() - 1));
    OriginRequest request = new OriginRequest(false, origin.url(), header);
    try (OriginAnswer answer = login.withLogin(caller, origin, request, client::follow)) {
      if (!fill(stored, window.start(), expected) || !sends(answer, window, expected)) {
        LOG.info("registry does not have what it says url={} task={}", origin.url(), stored.id());
        throw new DragonflyException(
            ErrorCode.FAILED_PRECONDITION,
            "asked %s for bytes %d to %d of task %s, got %d and not the bytes that have its digest"
                .formatted(
                    origin.url(), window.start(), window.end() - 1, stored.id(), answer.status()));
      }
    }
  }

  private static boolean sends(OriginAnswer answer, ByteRange asked, ByteBuffer expected) {
    boolean part =
        answer.status() == 206
            && answer
                .first("content-range")
                .flatMap(ContentRange::parse)
                .filter(range -> range.answers(asked))
                .isPresent();
    // A registry without ranges sends the whole; only what is near its beginning is worth that.
    boolean whole = answer.status() == 200 && asked.end() <= zoneEnd(0);
    if (!part && !whole) {
      return false;
    }
    ByteBuffer got = ByteBuffer.allocate((int) (whole ? asked.end() : asked.length()));
    while (got.hasRemaining()) {
      if (answer.body().read(got) < 0) {
        return false;
      }
    }
    return got.flip().position(whole ? (int) asked.start() : 0).equals(expected);
  }
}
