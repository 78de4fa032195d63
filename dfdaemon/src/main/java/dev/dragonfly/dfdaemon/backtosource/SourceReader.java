package dev.dragonfly.dfdaemon.backtosource;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.source.SourceResponse;
import dev.dragonfly.dfdaemon.source.SourceStatusException;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
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

  private final StoredTask stored;
  private final TaskSpec spec;
  private final Claims claims;
  private final SourceReading reading;
  private final DownloadListener listener;
  private final SourceStream stream;
  private final SourceFacts facts;
  private volatile boolean ranges = true;
  private volatile boolean stopped;

  /**
   * @param spec the task with the headers for its source
   * @param hostId this host, as the owner of the key that signs
   */
  public SourceReader(
      StoredTask stored,
      TaskSpec spec,
      String hostId,
      Claims claims,
      SourceReading reading,
      DownloadListener listener) {
    this.stored = stored;
    this.spec = spec;
    this.claims = claims;
    this.reading = reading;
    this.listener = listener;
    this.facts = new SourceFacts(stored, spec, hostId, reading);
    this.stream = new SourceStream(stored, reading, () -> stopped);
  }

  /** No further range is begun; running ones end soon. */
  public void stop() {
    stopped = true;
  }

  /**
   * Reads until nothing that is wanted is left to be claimed.
   *
   * @param onFacts told once, when the source has answered
   * @throws DragonflyException what the source answered, SOURCE_CHANGED, DIGEST_MISMATCH
   */
  public void read(Consumer<TaskFacts> onFacts) {
    if (isLengthKnown()) {
      facts.claimAuthorship();
      onFacts.accept(stored.facts());
    } else {
      retrying(() -> readFromStart(onFacts));
    }
    if (ranges) {
      readSegments();
    } else if (!claims.open().isEmpty() && !stopped) {
      retrying(() -> readWhole(open(Optional.empty())));
    }
  }

  private boolean isLengthKnown() {
    return stored.layout().isPresent() && stored.facts().contentLength().isPresent();
  }

  private void readFromStart(Consumer<TaskFacts> onFacts) {
    if (isLengthKnown() && ranges) {
      return; // The head came the last time, the rest is read in segments.
    }
    long probe = spec.pieceLength().orElse(PieceLayout.MIN_PIECE_LENGTH);
    boolean claimed = claims.claim(0);
    try (SourceResponse response = openFirst(probe)) {
      ranges = response.acceptsRanges() || response.honoredRange();
      facts.learn(response);
      onFacts.accept(stored.facts());
      if (response.honoredRange()) {
        SourcePieces pieces = pieces();
        stream.read(
            response.body(), 0, Math.min(probe, stored.facts().contentLength().orElse(0)), pieces);
      } else {
        ranges = false;
        readWhole(response);
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

  private void readSegments() {
    int workers = reading.settings().concurrentRanges();
    List<CompletableFuture<Void>> running = new ArrayList<>();
    try (ExecutorService executor =
        Threads.newVirtualExecutor("source-" + stored.id().value().substring(0, 8))) {
      for (int i = 0; i < workers; i++) {
        running.add(CompletableFuture.runAsync(this::readSegmentsInTurn, executor));
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

  private void readSegmentsInTurn() {
    PieceLayout layout = stored.layout().orElseThrow();
    int limit =
        (int) Math.max(1, reading.settings().segmentLength().bytes() / layout.pieceLength());
    for (Optional<Claims.Segment> segment = next(limit);
        segment.isPresent();
        segment = next(limit)) {
      Claims.Segment mine = segment.get();
      try {
        retrying(() -> readSegment(layout, mine));
      } catch (RuntimeException e) {
        stopped = true;
        throw e;
      } finally {
        claims.release(mine);
      }
    }
  }

  private Optional<Claims.Segment> next(int limit) {
    return stopped ? Optional.empty() : claims.claimSegment(limit);
  }

  private void readSegment(PieceLayout layout, Claims.Segment segment) {
    long block = stream.firstMissing(layout, segment);
    if (block < 0) {
      return;
    }
    long start = layout.block(block).start();
    long end = layout.piece(segment.end() - 1).end();
    try (SourceResponse response = open(Optional.of(new ByteRange(start, end - start)))) {
      facts.checkUnchanged(response);
      if (response.honoredRange()) {
        stream.read(response.body(), start, end, pieces());
      } else {
        ranges = false;
        readWhole(response);
      }
    }
  }

  private void readWhole(SourceResponse response) {
    try (response) {
      facts.checkUnchanged(response);
      stream.readWhole(response.body(), response.contentLength(), pieces());
    }
  }

  private SourcePieces pieces() {
    return new SourcePieces(stored, reading.signer(), reading.time(), listener);
  }

  private SourceResponse open(Optional<ByteRange> range) {
    return facts.open(range);
  }

  /** Runs the read again while it makes progress or has attempts left. */
  private void retrying(Runnable read) {
    Pauses pause = new Pauses(reading.settings().backoff().toMillis());
    int attempt = 1;
    while (true) {
      long before = stream.blocksRead();
      try {
        read.run();
        return;
      } catch (DragonflyException e) {
        attempt = stream.blocksRead() > before ? 1 : attempt + 1;
        if (!isWorthRetrying(e) || attempt > reading.settings().attempts() || stopped) {
          throw e;
        }
        LOG.info(
            "source cut, trying again task={} attempt={} cause={}",
            stored.id(),
            attempt,
            e.getMessage());
        stream.pause(pause.next());
      }
    }
  }

  private static boolean isWorthRetrying(DragonflyException e) {
    return switch (e.code()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, SOURCE_FAILED -> true;
      default -> false;
    };
  }

  /** Pauses that double. */
  private static final class Pauses {
    private long millis;

    Pauses(long millis) {
      this.millis = millis;
    }

    long next() {
      long now = millis;
      millis = Math.min(millis * 2, 5_000);
      return now;
    }
  }
}
