package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.net.SentFile;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.task.RunningDownload;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Streams the bytes of a task in order to a client while they arrive. The head waits for the first
 * of them, the last byte of a whole content for the check of its digest. Large parts go from the
 * file to the socket in the kernel, warmed on disk threads. Used by one virtual thread.
 */
final class BlobResponseWriter implements AutoCloseable {
  private static final long CHUNK = 1 << 20;
  private static final int SMALL = 256 << 10;
  private static final int FIRST = 64 << 10;
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
  private StoredTask.Subscription using;
  private @Nullable SentFile file;
  private long position;

  /** How it went. */
  sealed interface Outcome {
    /** The client has everything, or is gone. */
    record Over() implements Outcome {}

    /** The range lies behind the end. */
    record OutOfRange(long contentLength) implements Outcome {}

    /** Bytes stopped coming; what was given away before is right. */
    record Stuck(DragonflyException why) implements Outcome {}
  }

  /** Says what the head of the response is. */
  @FunctionalInterface
  interface Head {
    /**
     * @param bytes what is sent; absent while the length of the content is not known
     */
    void send(Optional<ByteRange> bytes);
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
    this.using = stored.use();
    download.done().whenComplete((nothing, failure) -> arrivals.ring());
    this.forgetClient = response.whenClosed(arrivals::ring);
  }

  /** The first byte that the client has not been given. */
  long position() {
    return position;
  }

  /** Where the response ends, as far as that is known. */
  OptionalLong end() {
    OptionalLong length = stored.facts().contentLength();
    return length.isPresent()
        ? OptionalLong.of(range.within(length.getAsLong()).map(ByteRange::end).orElse(0L))
        : OptionalLong.empty();
  }

  /** Writes everything; blocks until then. */
  Outcome write(Head head) {
    try {
      return writeReleased(head);
    } catch (DragonflyException e) {
      return new Outcome.Stuck(e); // Bytes that are not for this client, or that got lost.
    }
  }

  private Outcome writeReleased(Head head) {
    position = range.beforeLength().map(ByteRange::start).orElse(0L);
    while (response.isOpen()) {
      if (isReplaced() && response.isStarted()) {
        return new Outcome.Stuck(
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
          head.send(length.isPresent() ? range.within(length.getAsLong()) : Optional.empty());
        }
        if (position >= end) {
          response.end();
          return new Outcome.Over();
        }
        if (!give(until, end)) {
          return new Outcome.Over();
        }
        continue;
      }
      Optional<DragonflyException> stuck = stuck(done);
      if (stuck.isPresent()) {
        return new Outcome.Stuck(stuck.get());
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
    using.close();
    stored = instead;
    arrivals.beginAgain();
    listening = stored.listen(arrivals);
    using = stored.use();
  }

  /** The end of the whole is kept back until the whole is known to be right. */
  private long mayBeGiven(long end, boolean done, OptionalLong length) {
    long limit = Math.min(end, position + CHUNK);
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
  private Optional<DragonflyException> stuck(boolean done) {
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

  private DragonflyException failure() {
    try {
      download.done().join();
      return new DragonflyException(ErrorCode.INTERNAL, "the download did not fail");
    } catch (CompletionException e) {
      return e.getCause() instanceof DragonflyException known
          ? known
          : new DragonflyException(ErrorCode.INTERNAL, "the download failed: " + e, e);
    }
  }

  private boolean give(long until, long end) {
    boolean small = end - position <= SMALL;
    boolean first = response.bytes() == 0; // A copy is there at once; a file is opened meanwhile.
    long length = Math.min(until - position, small || !first ? CHUNK : FIRST);
    boolean given = small || first ? giveCopy((int) length) : giveRegion(length);
    position += given ? length : 0;
    return given;
  }

  private boolean giveCopy(int length) {
    ByteBuf buffer = response.buffer(length);
    boolean filled = false;
    try {
      int read = 0;
      while (read < length) {
        int more = stored.read(position + read, buffer.nioBuffer(read, length - read));
        if (more <= 0) {
          break;
        }
        read += more;
      }
      filled = read == length;
    } finally {
      if (!filled) {
        buffer.release();
      }
    }
    if (!filled) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE, "task " + stored.id() + " lost bytes while it was read");
    }
    return response.push(buffer.writerIndex(length));
  }

  private boolean giveRegion(long length) {
    if (file == null) {
      file = SentFile.open(stored.contentFile(), disk);
    }
    file.warm(position, length);
    return response.push(file.region(position, length));
  }

  /** Closes the file when nothing of it is in flight any more. */
  @Override
  public void close() {
    listening.close();
    using.close();
    forgetClient.run();
    if (file != null) {
      if (response.isStarted() && !response.isEnded()) {
        response.settle();
      }
      file.close();
    }
  }
}
