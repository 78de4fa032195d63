package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** Reads the source without a daemon: into a file beside the output, checked, then moved there. */
final class DirectDownload {
  private static final int CHUNK = 256 << 10;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

  private final Duration longestPause;

  DirectDownload() {
    this(LONGEST_PAUSE);
  }

  /**
   * @param longestPause how long the source may send nothing
   */
  DirectDownload(Duration longestPause) {
    this.longestPause = longestPause;
  }

  DfgetResult download(DfgetRequest request, Progress progress) {
    Path temp =
        request
            .output()
            .resolveSibling(
                "."
                    + request.output().getFileName()
                    + "."
                    + ProcessHandle.current().pid()
                    + ".part");
    Threads.onShutdown("remove-part", () -> deleteQuietly(temp));
    try {
      HttpResponse<InputStream> response = open(request);
      check(response, request);
      Optional<MessageDigest> digest = digest(request);
      long bytes = copy(response, temp, digest, progress, request);
      checkLength(response, bytes, request);
      checkDigest(request, digest);
      move(temp, request);
      progress.end();
      return new DfgetResult(
          "", "", request.output(), bytes, progress.seconds(), 0, progress.fromSource(), 0);
    } catch (HttpTimeoutException e) {
      throw new DragonflyException(
          ErrorCode.DEADLINE_EXCEEDED,
          "source " + request.spec().url() + " did not answer in time: " + e.getMessage(),
          e);
    } catch (FileAlreadyExistsException e) {
      throw new DragonflyException(
          ErrorCode.ALREADY_EXISTS,
          "the output exists: " + request.output() + "; give --overwrite to replace it",
          e);
    } catch (IOException e) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "reading " + request.spec().url() + " into " + request.output() + " failed: " + e,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, "interrupted", e);
    } finally {
      deleteQuietly(temp);
    }
  }

  private static HttpResponse<InputStream> open(DfgetRequest request)
      throws IOException, InterruptedException {
    HttpRequest.Builder builder;
    try {
      builder = HttpRequest.newBuilder(URI.create(request.spec().url())).timeout(request.timeout());
      request.spec().requestHeader().forEach(builder::header);
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "cannot read " + request.spec().url() + ": " + e.getMessage(),
          e);
    }
    request.range().ifPresent(range -> builder.header("Range", range.toHeader()));
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    return client.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private static void check(HttpResponse<InputStream> response, DfgetRequest request) {
    int expected = request.range().isPresent() ? 206 : 200;
    if (response.statusCode() == expected) {
      return;
    }
    ErrorCode code =
        switch (response.statusCode()) {
          case 404, 410 -> ErrorCode.SOURCE_NOT_FOUND;
          case 401 -> ErrorCode.SOURCE_UNAUTHORIZED;
          case 403 -> ErrorCode.SOURCE_FORBIDDEN;
          default -> ErrorCode.SOURCE_FAILED;
        };
    throw new DragonflyException(
        code,
        "source %s answered %d (expected %d)"
            .formatted(request.spec().url(), response.statusCode(), expected));
  }

  private long copy(
      HttpResponse<InputStream> response,
      Path temp,
      Optional<MessageDigest> digest,
      Progress progress,
      DfgetRequest request)
      throws IOException {
    progress.total(response.headers().firstValueAsLong("content-length").orElse(-1));
    byte[] chunk = new byte[CHUNK];
    long bytes = 0;
    try (SystemTimers timers = new SystemTimers("dfget");
        InputStream in = response.body();
        Watchdog watchdog =
            new Watchdog(in, request.timeout(), longestPause, SystemTime.INSTANCE, timers);
        OutputStream out = Files.newOutputStream(temp)) {
      int n;
      while ((n = read(in, chunk, watchdog, request)) >= 0) {
        watchdog.progressed();
        out.write(chunk, 0, n);
        if (digest.isPresent()) {
          digest.get().update(chunk, 0, n);
        }
        bytes += n;
        progress.source(n);
      }
    }
    return bytes;
  }

  private static int read(InputStream in, byte[] chunk, Watchdog watchdog, DfgetRequest request)
      throws IOException {
    try {
      return in.read(chunk);
    } catch (IOException e) {
      watchdog.explain(request.spec().url(), e);
      throw e;
    }
  }

  private static void checkLength(
      HttpResponse<InputStream> response, long bytes, DfgetRequest request) {
    long expected = response.headers().firstValueAsLong("content-length").orElse(bytes);
    if (expected != bytes) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "source %s ended after %d bytes (expected %d)"
              .formatted(request.spec().url(), bytes, expected));
    }
  }

  private static Optional<MessageDigest> digest(DfgetRequest request) {
    return request.spec().digest().map(expected -> expected.algorithm().hasher());
  }

  private static void checkDigest(DfgetRequest request, Optional<MessageDigest> digest) {
    if (digest.isEmpty()) {
      return;
    }
    Digest expected = request.spec().digest().orElseThrow();
    String actual = HexFormat.of().formatHex(digest.get().digest()).toLowerCase(Locale.ROOT);
    if (!actual.equals(expected.encoded())) {
      throw new DragonflyException(
          ErrorCode.DIGEST_MISMATCH,
          "%s has %s:%s (expected %s)"
              .formatted(request.spec().url(), expected.algorithm().label(), actual, expected));
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
