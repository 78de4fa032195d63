package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.RunningDigest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.net.HostNames;
import dev.dragonfly.dfdaemon.source.HttpSource;
import dev.dragonfly.dfdaemon.source.SentChunks;
import dev.dragonfly.dfdaemon.source.SourceClient;
import dev.dragonfly.dfdaemon.source.SourceConfig;
import dev.dragonfly.dfdaemon.source.SourceRequest;
import dev.dragonfly.dfdaemon.source.SourceResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads the source without a daemon: into a file beside the output, checked, then moved there. */
final class DirectDownload {
  private static final int CHUNK = 256 << 10;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
  private static final Duration LONGEST_THOUGHT = Duration.ofSeconds(30);

  /** Whoever typed the URL reads it with rights of his own: nobody is protected from it here. */
  private static final List<String> EVERYWHERE = List.of("0.0.0.0/0", "::/0");

  private final Duration longestPause;
  private final Time time = SystemTime.INSTANCE;

  DirectDownload() {
    this(LONGEST_PAUSE);
  }

  /**
   * @param longestPause how long the source may send nothing
   */
  DirectDownload(Duration longestPause) {
    this.longestPause = longestPause;
  }

  DfgetResult download(DfgetRequest request, ProgressBar progress) {
    Path temp =
        request
            .output()
            .resolveSibling("." + request.output().getFileName() + "." + UUID.randomUUID());
    Threads.onShutdown("remove-part", () -> deleteQuietly(temp));
    SourceConfig config =
        new SourceConfig(
            EVERYWHERE,
            List.of(),
            CONNECT_TIMEOUT,
            shorter(LONGEST_THOUGHT, request.timeout()),
            longestPause,
            new DataSize(0),
            Optional.empty(),
            List.of());
    try (EventLoops loops = new EventLoops(1);
        HostNames names = new HostNames(loops, List.of(), LONGEST_THOUGHT);
        SourceClient source =
            new HttpSource(config, loops, names, Bandwidth.unlimited(), new SentChunks())) {
      long bytes = read(source, request, temp, progress);
      move(temp, request);
      progress.end();
      return new DfgetResult(
          "", "", request.output(), bytes, progress.seconds(), 0, progress.fromSource(), 0);
    } catch (FileAlreadyExistsException e) {
      throw new DragonflyException(
          ErrorCode.ALREADY_EXISTS,
          "the output exists: " + request.output() + "; give --overwrite to replace it",
          e);
    } catch (IOException e) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "reading " + request.spec().publicUrl() + " into " + request.output() + " failed: " + e,
          e);
    } finally {
      deleteQuietly(temp);
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private long read(SourceClient source, DfgetRequest request, Path temp, ProgressBar progress)
      throws IOException {
    Optional<RunningDigest> digest =
        request.spec().digest().map(expected -> new RunningDigest(expected.algorithm()));
    long deadline = time.nanos() + request.timeout().toNanos();
    Optional<ByteRange> range = range(source, request);
    try (SourceResponse response = open(source, request, range);
        OutputStream out =
            Files.newOutputStream(temp, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      if (range.isPresent() && !response.honoredRange()) {
        throw new DragonflyException(
            ErrorCode.SOURCE_FAILED,
            "source %s answered 200 (expected 206)".formatted(request.spec().publicUrl()));
      }
      progress.total(expected(response, range));
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
      long bytes = 0;
      for (int n = response.body().read(chunk); n >= 0; n = response.body().read(chunk.clear())) {
        out.write(chunk.array(), 0, n);
        if (digest.isPresent()) {
          digest.get().update(chunk.flip());
        }
        bytes += n;
        progress.source(n);
        checkTime(deadline, request);
      }
      checkDigest(request, digest);
      return bytes;
    }
  }

  /** The length of the content has to be known before its last bytes can be asked for. */
  private static Optional<ByteRange> range(SourceClient source, DfgetRequest request) {
    if (request.range().isEmpty() || !(request.range().get() instanceof RangeRequest.Suffix)) {
      return request.range().flatMap(RangeRequest::beforeLength);
    }
    try (SourceResponse first = open(source, request, Optional.of(new ByteRange(0, 1)))) {
      long length =
          first
              .contentLength()
              .orElseThrow(() ->
                  new DragonflyException(
                      ErrorCode.SOURCE_FAILED,
                      "source %s does not tell its length, so its last bytes cannot be asked for"
                          .formatted(request.spec().publicUrl())));
      return request.range().get().within(length);
    }
  }

  private static SourceResponse open(
      SourceClient source, DfgetRequest request, Optional<ByteRange> range) {
    return source.open(
        new SourceRequest(request.spec().url(), request.spec().requestHeader(), range));
  }

  private static long expected(SourceResponse response, Optional<ByteRange> range) {
    long length = response.contentLength().orElse(-1);
    return range.isPresent() && length >= 0
        ? Math.min(range.get().end(), length) - range.get().start()
        : length;
  }

  private void checkTime(long deadline, DfgetRequest request) {
    if (time.nanos() - deadline > 0) {
      throw new DragonflyException(
          ErrorCode.DEADLINE_EXCEEDED,
          "source %s: not done within %s; raise --timeout"
              .formatted(request.spec().publicUrl(), request.timeout()));
    }
  }

  private static void checkDigest(DfgetRequest request, Optional<RunningDigest> digest) {
    if (digest.isEmpty()) {
      return;
    }
    Digest expected = request.spec().digest().orElseThrow();
    Digest actual = digest.get().finish();
    if (!actual.equals(expected)) {
      throw new DragonflyException(
          ErrorCode.DIGEST_MISMATCH,
          "%s has %s (expected %s)".formatted(request.spec().publicUrl(), actual, expected));
    }
  }

  private static void move(Path temp, DfgetRequest request) throws IOException {
    if (request.overwrite()) {
      Files.move(
          temp,
          request.output(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.createLink(request.output(), temp);
    }
  }

  private static void deleteQuietly(Path temp) {
    try {
      Files.deleteIfExists(temp);
    } catch (IOException e) {
      // Nothing more can be done about it.
    }
  }
}
