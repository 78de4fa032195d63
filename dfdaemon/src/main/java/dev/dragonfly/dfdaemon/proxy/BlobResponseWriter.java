package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.task.RunningDownload;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Streams the bytes of a task in order to a client while they arrive. The head waits for the first
 * of them, the last byte of a whole content for the check of its digest. Used by one virtual
 * thread.
 */
final class BlobResponseWriter implements AutoCloseable {

  /** Two seconds in all: what takes the place of wrong content is not told, only seen. */
  private static final int FAILURE_LOOKS = 100;

  private static final int FAILURE_LOOK_MILLIS = 20;

  private final RunningDownload download;
  private final RangeRequest range;
  private final DiskExecutor disk;
  private final ProxyLimits limits;
  private final ClientResponse response;
  private final Release release;
  private final Arrivals arrivals;
  private final Runnable forgetClient;
  private StoredTask stored;
  private StoredTask.Subscription listening;
  private ContentSender sender;
  private long position;

  /** How it went. */
  sealed interface Outcome {
    /** The client has everything, or is gone. */
    record Over() implements Outcome {}

    /** The range lies behind the end. */
    record OutOfRange(long contentLength) implements Outcome {}

    /**
     * Bytes stopped coming; what was given away before is right.
     *
     * @param position the first byte that the client has not been given
     * @param end where the response ends, as far as that is known
     */
    record Stuck(DragonflyException why, long position, OptionalLong end) implements Outcome {}
  }

  /** Says whether verified bytes may be given to this client. */
  @FunctionalInterface
  interface Release {
    /**
     * Up to where bytes may be given away; {@code position} when none may be yet. May block.
     *
     * @param position the first byte wanted
     * @param readable where the verified bytes from there on end
     * @throws DragonflyException when they may not
     */
    long until(StoredTask stored, long position, long readable);
  }

  BlobResponseWriter(
      RunningDownload download,
      RangeRequest range,
      DiskExecutor disk,
      ProxyLimits limits,
      ClientResponse response,
      Release release,
      Time time) {
    this.download = download;
    this.stored = download.stored();
    this.range = range;
    this.disk = disk;
    this.limits = limits;
    this.response = response;
    this.release = release;
    this.arrivals = new Arrivals(time);
    this.listening = stored.listen(arrivals);
    this.sender = new ContentSender(stored, disk, response);
    download.done().whenComplete((nothing, failure) -> arrivals.ring());
    this.forgetClient = response.whenClosed(arrivals::ring);
  }

  /**
   * Writes everything; blocks until then.
   *
   * @param head says what the head of the response is: for these bytes; for no bytes while the
   *     length of the content is not known
   */
  Outcome write(Consumer<Optional<ByteRange>> head) {
    try {
      return writeReleased(head);
    } catch (DragonflyException e) {
      return stuck(e); // Bytes that are not for this client, or that got lost.
    }
  }

  private Outcome.Stuck stuck(DragonflyException why) {
    return new Outcome.Stuck(why, position, end());
  }

  private OptionalLong end() {
    OptionalLong length = stored.facts().contentLength();
    return length.isPresent()
        ? OptionalLong.of(range.within(length.getAsLong()).map(ByteRange::end).orElse(0L))
        : OptionalLong.empty();
  }

  private Outcome writeReleased(Consumer<Optional<ByteRange>> head) {
    position = range.beforeLength().map(ByteRange::start).orElse(0L);
    while (response.isOpen()) {
      if (isReplaced() && response.isStarted()) {
        return stuck(
            new DragonflyException(
                ErrorCode.SOURCE_CHANGED,
                "task %s is read anew: %d bytes that were given turned out wrong"
                    .formatted(stored.id(), position)));
      }
      if (isReplaced()) {
        follow(download.stored());
      }
      boolean done = isDone();
      OptionalLong length = stored.facts().contentLength();
      if (length.isPresent() && range.within(length.getAsLong()).isEmpty() && range.isPart()) {
        return new Outcome.OutOfRange(length.getAsLong());
      }
      if (length.isPresent() && !response.isStarted() && range instanceof RangeRequest.Suffix) {
        position = range.within(length.getAsLong()).orElseThrow().start();
      }
      long end = end().orElse(Long.MAX_VALUE);
      long until = mayBeGiven(end, done, length);
      boolean mayBegin = length.isPresent() || !range.isPart();
      if (mayBegin && (until > position || done && position >= end)) {
        if (!response.isStarted()) {
          head.accept(length.isPresent() ? range.within(length.getAsLong()) : Optional.empty());
        }
        if (position >= end) {
          response.end();
          return new Outcome.Over();
        }
        long given = sender.send(position, until, end);
        if (given == 0) {
          return new Outcome.Over();
        }
        position += given;
        continue;
      }
      Optional<DragonflyException> hopeless = awaitMore(done);
      if (hopeless.isPresent()) {
        return stuck(hopeless.get());
      }
    }
    return new Outcome.Over();
  }

  /** Whether what was stored turned out wrong and something else takes its place. */
  @SuppressWarnings("ReferenceEquality") // Is it this very object?
  private boolean isReplaced() {
    return download.stored() != stored;
  }

  /** Nothing of what was stored before was given: the client does not notice. */
  private void follow(StoredTask instead) {
    listening.close();
    sender.close();
    stored = instead;
    arrivals.beginAgain();
    listening = stored.listen(arrivals);
    sender = new ContentSender(stored, disk, response);
  }

  /** The end of the whole is kept back until the whole is known to be right. */
  private long mayBeGiven(long end, boolean done, OptionalLong length) {
    long limit = Math.min(end, position + ContentSender.CHUNK);
    boolean whole = length.isPresent() && length.getAsLong() > 0 && !range.isPart();
    long readable =
        ReadableBytes.end(stored, position, whole && !done ? Math.min(limit, held()) : limit);
    return readable <= position ? readable : release.until(stored, position, readable);
  }

  /**
   * From where on bytes are kept back until the whole is known to be right. What a seed read, or
   * this host, begins at once and waits with its last piece. What is named by its digest and was
   * vouched for by an ordinary peer waits from the first byte: a lie is then told to nobody, and
   * what takes its place goes out in the same response.
   */
  private long held() {
    PieceLayout layout = stored.layout().orElseThrow();
    ByteRange last = layout.piece(layout.pieceCount() - 1);
    if (TaskIdCalculator.contentDigest(stored.spec()).isEmpty()) {
      return last.end() - 1;
    }
    return stored.facts().readersAreTrusted() ? last.start() : 0;
  }

  private boolean isDone() {
    return download.done().isDone() && !download.done().isCompletedExceptionally();
  }

  /** Waits for more; says why when there is no point in waiting. */
  private Optional<DragonflyException> awaitMore(boolean done) {
    if (arrivals.isDeleted() && !done) {
      awaitFailure(); // Who removes a task knows why, and tells it at once.
      if (isReplaced()) {
        return Optional.empty();
      }
    }
    if (download.done().isCompletedExceptionally()) {
      return Optional.of(failure());
    }
    Duration quiet = arrivals.sinceProgress();
    Duration patience = response.isStarted() ? limits.progressTimeout() : limits.answerTimeout();
    if (arrivals.isDeleted() || done || quiet.compareTo(patience) >= 0) {
      return Optional.of(
          new DragonflyException(
              ErrorCode.UNAVAILABLE,
              "no byte of task %s after %d came for %s".formatted(stored.id(), position, quiet)));
    }
    download.readerAt(position);
    try {
      arrivals.await(patience.minus(quiet));
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(new DragonflyException(ErrorCode.CANCELLED, "interrupted", e));
    }
  }

  private void awaitFailure() {
    try {
      for (int look = 0; look < FAILURE_LOOKS && !isReplaced(); look++) {
        try {
          download.done().get(FAILURE_LOOK_MILLIS, TimeUnit.MILLISECONDS);
          return;
        } catch (TimeoutException e) {
          // It is being replaced, or read on.
        }
      }
    } catch (ExecutionException e) {
      // It is told below.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Of the download, which has failed. */
  private DragonflyException failure() {
    return download.done().exceptionNow() instanceof DragonflyException known
        ? known
        : new DragonflyException(
            ErrorCode.INTERNAL, "task " + stored.id() + " failed", download.done().exceptionNow());
  }

  @Override
  public void close() {
    listening.close();
    sender.close();
    forgetClient.run();
  }
}
