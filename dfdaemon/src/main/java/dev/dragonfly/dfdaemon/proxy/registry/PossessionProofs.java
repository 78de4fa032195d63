package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.ContentRange;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.source.OriginAnswer;
import dev.dragonfly.dfdaemon.source.OriginClient;
import dev.dragonfly.dfdaemon.source.OriginRequest;
import dev.dragonfly.dfdaemon.source.SourceExcerpts;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which registry has shown that it holds which content. Blobs have the same identity whatever
 * registry they come from, and a registry can say 200 to everything and name any digest in its
 * manifests; what it cannot do is tell bytes that it does not have. So before bytes of a blob are
 * given away under its name it must have sent some of them: to a download of this host, or a few
 * that are asked for here, at a place that it cannot know before. Since somebody may know how a
 * private file begins, this is asked anew in each zone of the content, of which every one is seven
 * times as long as all before it. What was shown once stays true, so it is kept while there is
 * room. Blocks; the map is guarded by its monitor.
 */
public final class PossessionProofs {
  private static final Logger LOG = LoggerFactory.getLogger(PossessionProofs.class);

  /** Bytes that nobody guesses, and few enough that a thousand hosts may ask for them. */
  private static final int WINDOW = 4 << 10;

  private static final int LEAST_EXCERPT = 256;
  private static final int LIMIT = 16_384;

  private final OriginClient client;
  private final RegistryLogin login;
  private final SourceExcerpts excerpts;
  private final RandomGenerator random;
  private final Map<Claim, Integer> shown = new LinkedHashMap<>(16, 0.75f, true);

  /** A registry says that it has the content. */
  private record Claim(String registry, TaskId content) {}

  /**
   * @param excerpts what this host was sent by sources
   * @param random chooses places
   */
  public PossessionProofs(
      OriginClient client, RegistryLogin login, SourceExcerpts excerpts, RandomGenerator random) {
    this.client = client;
    this.login = login;
    this.excerpts = excerpts;
    this.random = random;
  }

  /**
   * Up to where bytes of the content may be given away as those of its origin.
   *
   * @param position the first byte wanted
   * @param verified verified bytes in the store, {@code position} among them
   * @throws DragonflyException FAILED_PRECONDITION when the origin does not show that it has them,
   *     and what goes wrong when it is asked
   */
  public long until(
      Caller caller, Origin origin, StoredTask stored, long position, ByteRange verified) {
    if (origin.registry().isEmpty()) {
      return verified.end();
    }
    Claim claim = new Claim(origin.registry().get().toString(), stored.id());
    int zone = SourceExcerpts.zone(position);
    long zoneEnd = SourceExcerpts.zoneEnd(zone);
    if (isShown(claim, zone)) {
      return Math.min(verified.end(), zoneEnd);
    }
    if (sentToUs(origin, stored, zone)) {
      note(claim, zone);
      return Math.min(verified.end(), zoneEnd);
    }
    long zoneStart = zone == 0 ? 0 : SourceExcerpts.zoneEnd(zone - 1);
    long start = Math.max(verified.start(), zoneStart);
    long end = Math.min(verified.end(), zoneEnd);
    int length = (int) Math.min(WINDOW, end - start);
    ask(caller, origin, stored, start + random.nextLong(end - start - length + 1), length);
    long whole = Math.min(zoneEnd, stored.facts().contentLength().orElse(Long.MAX_VALUE));
    if (length == WINDOW || start == zoneStart && end == whole) {
      note(
          claim,
          zone); // A few bytes at the end of something could be guessed: good for themselves.
    }
    return end;
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

  /** Whether a download of this host was sent bytes of the zone that are the verified ones. */
  private boolean sentToUs(Origin origin, StoredTask stored, int zone) {
    long contentLength = stored.facts().contentLength().orElse(Long.MAX_VALUE);
    for (SourceExcerpts.Excerpt excerpt : excerpts.of(origin.url())) {
      int length = excerpt.bytes().length;
      boolean enough = length >= LEAST_EXCERPT || length == contentLength;
      if (enough
          && SourceExcerpts.zone(excerpt.offset()) == zone
          && ByteBuffer.wrap(excerpt.bytes()).equals(read(stored, excerpt.offset(), length))) {
        return true;
      }
    }
    return false;
  }

  /** What of these bytes is verified. */
  private static ByteBuffer read(StoredTask stored, long offset, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining() && stored.read(offset + bytes.position(), bytes) > 0) {
      // Reads on until all is there, or what is missing is not verified.
    }
    return bytes.flip();
  }

  private void ask(Caller caller, Origin origin, StoredTask stored, long offset, int length) {
    Headers header =
        HeaderFilter.forTask(caller.header(), true)
            .plus("Accept-Encoding", "identity")
            .plus("Range", "bytes=" + offset + "-" + (offset + length - 1));
    OriginRequest request = new OriginRequest(false, origin.url(), header);
    try (OriginAnswer answer = login.withLogin(caller, origin, request, client::follow)) {
      if (!sends(answer, new ByteRange(offset, length), read(stored, offset, length))) {
        LOG.info("registry does not have what it says url={} task={}", origin.url(), stored.id());
        throw new DragonflyException(
            ErrorCode.FAILED_PRECONDITION,
            "asked %s for bytes %d to %d of task %s, got %d and not the bytes that have its digest"
                .formatted(
                    origin.url(), offset, offset + length - 1, stored.id(), answer.status()));
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
    boolean whole = answer.status() == 200 && asked.end() <= SourceExcerpts.zoneEnd(0);
    if (!part && !whole || expected.remaining() != asked.length()) {
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
