package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.backtosource.SourceCallers;
import dev.dragonfly.dfdaemon.backtosource.SourceFacts;
import dev.dragonfly.dfdaemon.backtosource.SourceReader;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.piece.Interest;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a caller's digest is not that of a content which came from others, only the source can say
 * who is right: it is read once more, beside what is held, and its word counts for a minute for all
 * who ask. Blocks; on virtual threads. The monitor guards what is proven.
 */
final class SourceComparison {
  private static final Logger LOG = LoggerFactory.getLogger(SourceComparison.class);
  private static final Duration FRESH = Duration.ofMinutes(1);
  private static final int MOST_PROVEN = 1000;

  private final DownloadContext context;
  private final Map<TaskId, Proven> proven = new LinkedHashMap<>();
  private final ConcurrentMap<TaskId, CompletableFuture<StoredTask>> running =
      new ConcurrentHashMap<>();

  private record Proven(StoredTask content, long nanos) {}

  SourceComparison(DownloadContext context) {
    this.context = context;
  }

  /** This host has just read the whole of it from the source. */
  synchronized void proven(StoredTask stored) {
    proven.remove(stored.id());
    proven.put(stored.id(), new Proven(stored, context.time().nanos()));
    if (proven.size() > MOST_PROVEN) {
      proven.remove(proven.keySet().iterator().next());
    }
  }

  private synchronized Optional<StoredTask> lately(TaskId task) {
    long now = context.time().nanos();
    return Optional.ofNullable(proven.get(task))
        .filter(known -> now - known.nanos() < FRESH.toNanos())
        .map(Proven::content)
        .filter(content -> context.store().find(task).filter(content::equals).isPresent());
  }

  /**
   * The content that the source gives now: what is held, or what was read and took its place.
   *
   * @param wish the digest that made the caller doubt
   * @throws DragonflyException why the source could not be read; what is held stays
   */
  StoredTask withSource(StoredTask held, DownloadRequest request, Digest wish) {
    Optional<StoredTask> known = lately(held.id());
    if (known.isPresent()) {
      return known.get();
    }
    CompletableFuture<StoredTask> mine = new CompletableFuture<>();
    CompletableFuture<StoredTask> other = running.putIfAbsent(held.id(), mine);
    if (other != null) {
      return outcomeOf(other);
    }
    try {
      mine.complete(readAndCompare(held, request, wish));
    } catch (RuntimeException e) {
      mine.completeExceptionally(e);
    } finally {
      running.remove(held.id(), mine);
    }
    return outcomeOf(mine);
  }

  private static StoredTask outcomeOf(CompletableFuture<StoredTask> comparison) {
    try {
      return comparison.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof DragonflyException known) {
        throw known;
      }
      throw new DragonflyException(ErrorCode.INTERNAL, "comparing with the source failed", e);
    }
  }

  private StoredTask readAndCompare(StoredTask held, DownloadRequest request, Digest wish) {
    LOG.info("reading the source beside what is held task={} wish={}", held.id(), wish);
    StoredTask read = context.store().openPrivate(held.id(), request.spec());
    try (Admission.Place place = context.admission().enter(new WakeUp(), () -> {})) {
      read.expectDigest(Digest.Algorithm.SHA256);
      readWhole(read, request);
      Digest.Algorithm common = Digest.Algorithm.SHA256;
      if (read.digest(common).equals(held.digest(common))) {
        proven(held);
        return held;
      }
      replace(held, read, wish);
      return read;
    } finally {
      context.store().discard(read);
    }
  }

  private void readWhole(StoredTask into, DownloadRequest request) {
    SourceCallers caller = SourceCallers.only(request.spec());
    SourceReader reader =
        new SourceReader(
            into,
            new SourceFacts(into, context.hostId().value(), context.source(), caller),
            new Claims(into, () -> Interest.ALL),
            context.source(),
            context.listener());
    Duration limit = request.timeout().orElse(context.patience().total());
    Timers.Timer late = context.source().timers().after(limit, reader::stop);
    try {
      reader.read(facts -> {});
    } finally {
      late.cancel();
    }
    if (!into.isComplete()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "the source of task %s gave %d pieces within %s"
              .formatted(into.id(), into.pieces().count(), limit));
    }
  }

  /** What the source gives takes the place of what it does not give. */
  private void replace(StoredTask held, StoredTask read, Digest wish) {
    boolean lied = read.digest(wish.algorithm()).equals(wish);
    // With a third content the source has changed: nobody needs to have lied.
    Set<HostId> blamed = lied ? Vouchers.of(held, context.hostId()) : Set.of();
    LOG.warn("task replaced by what its source gives task={} blamed={}", held.id(), blamed);
    PeerId peer = context.peerIds().of(held.id());
    context.store().adopt(read);
    proven(read);
    if (lied) {
      context.reports().wrongContent(held.id(), peer, blamed);
    }
  }
}
