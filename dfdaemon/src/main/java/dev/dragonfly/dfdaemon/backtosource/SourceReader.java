package dev.dragonfly.dfdaemon.backtosource;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.time.Backoff;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.source.SourceResponse;
import dev.dragonfly.dfdaemon.source.SourceStatusException;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is missing of a task from its source: first a small range that tells the length and
 * whether ranges work, then several ranges at once. Sources without ranges or without a length are
 * read in one stream. Blocks; runs on virtual threads.
 */
public final class SourceReader {
  private static final Logger LOG = LoggerFactory.getLogger(SourceReader.class);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final StoredTask stored;
  private final Claims claims;
  private final SourceReading reading;
  private final DownloadListener listener;
  private final SourceStream stream;
  private final SourceFacts facts;
  private volatile boolean ranges = true;
  private volatile boolean stopped;

  /** A range failed: the others of the same read end soon, a later read begins afresh. */
  private volatile boolean broken;

  /**
   * @param facts asks the source of this task
   * @param claims what is wanted and not fetched by others
   */
  public SourceReader(
      StoredTask stored,
      SourceFacts facts,
      Claims claims,
      SourceReading reading,
      DownloadListener listener) {
    this.stored = stored;
    this.claims = claims;
    this.reading = reading;
    this.listener = listener;
    this.facts = facts;
    this.stream = new SourceStream(stored, reading, this::isStopped);
  }

  private boolean isStopped() {
    return stopped || broken;
  }

  /** No further range is begun; running ones end soon. */
  public void stop() {
    stopped = true;
  }

  /**
   * Reads until nothing that is wanted is left to be claimed. One call at a time.
   *
   * @param onFacts told at most once, when the source has answered with what is wanted
   * @throws DragonflyException what the source answered, SOURCE_CHANGED, DIGEST_MISMATCH
   */
  public void read(Consumer<TaskFacts> onFacts) {
    broken = false;
    AtomicBoolean told = new AtomicBoolean();
    Runnable answered =
        () -> {
          if (told.compareAndSet(false, true)) {
            onFacts.accept(stored.facts());
          }
        };
    if (!isLengthKnown()) {
      retrying(() -> readFromStart(answered));
    }
    if (ranges) {
      readSegments(answered);
    } else if (claims.isAnyOpen() && !isStopped()) {
      retrying(() -> readWhole(open(Optional.empty()), answered));
    }
  }

  private boolean isLengthKnown() {
    return stored.layout().isPresent() && stored.facts().contentLength().isPresent();
  }

  private void readFromStart(Runnable answered) {
    if (isLengthKnown() && ranges) {
      return; // The head came the last time, the rest is read in segments.
    }
    long probe = stored.spec().pieceLength().orElse(PieceLayout.MIN_PIECE_LENGTH);
    boolean claimed = claims.claim(0);
    try (SourceResponse response = openFirst(probe)) {
      ranges = response.acceptsRanges() || response.honoredRange();
      facts.learn(response);
      answered.run();
      if (response.honoredRange()) {
        SourcePieces pieces = pieces(response);
        stream.read(
            response.body(), 0, Math.min(probe, stored.facts().contentLength().orElse(0)), pieces);
      } else {
        ranges = false;
        readWhole(response, answered);
      }
    } finally {
      if (claimed) {
        claims.release(0);
      }
    }
  }

  /** A source may refuse a range of an empty content (416), or not tell the total of a part. */
  private SourceResponse openFirst(long probe) {
    SourceResponse response;
    try {
      response = open(Optional.of(new ByteRange(0, probe)));
    } catch (SourceStatusException e) {
      if (e.status() != 416) {
        throw e;
      }
      return open(Optional.empty());
    }
    if (response.honoredRange() && response.contentLength().isEmpty()) {
      response.close();
      return open(Optional.empty());
    }
    return response;
  }

  private void readSegments(Runnable answered) {
    int workers = reading.settings().concurrentRanges();
    List<CompletableFuture<Void>> running = new ArrayList<>();
    try (ExecutorService executor =
        Threads.newVirtualExecutor("source-" + stored.id().value().substring(0, 8))) {
      for (int i = 0; i < workers; i++) {
        running.add(CompletableFuture.runAsync(() -> readSegmentsInTurn(answered), executor));
      }
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof DragonflyException known) {
        throw known;
      }
      throw new DragonflyException(
          ErrorCode.INTERNAL, "reading the source of task " + stored.id() + " failed", e);
    }
  }

  private void readSegmentsInTurn(Runnable answered) {
    PieceLayout layout = stored.layout().orElseThrow();
    int limit =
        (int) Math.max(1, reading.settings().segmentLength().bytes() / layout.pieceLength());
    for (Optional<Claims.Segment> segment = next(limit);
        segment.isPresent();
        segment = next(limit)) {
      Claims.Segment mine = segment.get();
      try {
        retrying(() -> readSegment(layout, mine, answered));
      } catch (RuntimeException e) {
        broken = true;
        throw e;
      } finally {
        claims.release(mine);
      }
    }
  }

  private Optional<Claims.Segment> next(int limit) {
    return isStopped() ? Optional.empty() : claims.claimSegment(limit);
  }

  private void readSegment(PieceLayout layout, Claims.Segment segment, Runnable answered) {
    long block = stream.firstMissing(layout, segment);
    if (block < 0) {
      return;
    }
    long start = layout.block(block).start();
    long end = layout.piece(segment.end() - 1).end();
    try (SourceResponse response = open(Optional.of(new ByteRange(start, end - start)))) {
      facts.confirm(response);
      if (response.honoredRange()) {
        answered.run();
        stream.read(response.body(), start, end, pieces(response));
      } else {
        ranges = false;
        readWhole(response, answered);
      }
    }
  }

  private void readWhole(SourceResponse response, Runnable answered) {
    try (response) {
      facts.confirm(response);
      answered.run();
      stream.readWhole(response.body(), response.contentLength(), pieces(response));
    }
  }

  private SourcePieces pieces(SourceResponse response) {
    SourceOrigin origin = SourceOrigin.of(response.url());
    return new SourcePieces(stored, origin, reading.signer(), reading.time(), listener);
  }

  private SourceResponse open(Optional<ByteRange> range) {
    return facts.open(range);
  }

  /** Runs the read again while it makes progress or has attempts left. */
  private void retrying(Runnable read) {
    Backoff pauses = new Backoff(reading.settings().backoff(), LONGEST_PAUSE, reading.random());
    int attempt = 1;
    while (true) {
      long before = stream.blocksRead();
      try {
        read.run();
        return;
      } catch (DragonflyException e) {
        attempt = stream.blocksRead() > before ? 1 : attempt + 1;
        if (!isWorthRetrying(e) || attempt > reading.settings().attempts() || isStopped()) {
          throw e;
        }
        LOG.info(
            "source cut, trying again task={} attempt={} cause={}",
            stored.id(),
            attempt,
            e.getMessage());
        stream.pause(pauses.next());
      }
    }
  }

  private static boolean isWorthRetrying(DragonflyException e) {
    return switch (e.code()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, SOURCE_FAILED, RESOURCE_EXHAUSTED -> true;
      default -> false;
    };
  }
}
