package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceStream;
import dev.dragonfly.common.task.ByteRange;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes sense of the head of a response, RFC 9110. */
final class ResponseReader {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
  private static final Set<String> NOT_KEPT =
      Set.of(
          "set-cookie",
          "content-range",
          "transfer-encoding",
          "connection",
          "keep-alive",
          "www-authenticate",
          "proxy-authenticate");
  private static final int EXCERPT = 200;
  private static final int EXCERPT_READS = 4;

  private ResponseReader() {}

  static SourceResponse read(
      HttpResponse head, Optional<ByteRange> asked, PieceStream body, SourceUrl url) {
    int status = head.status().code();
    if (status != 200 && status != 206) {
      throw error(status, body, url);
    }
    checkEncoding(head, url);
    OptionalLong total = status == 206 ? OptionalLong.empty() : contentLength(head);
    boolean honored = false;
    if (status == 206) {
      Matcher range =
          CONTENT_RANGE.matcher(String.valueOf(head.headers().get(HttpHeaderNames.CONTENT_RANGE)));
      if (asked.isEmpty() || !range.matches() || !fits(range, asked.get())) {
        throw new DragonflyException(
            ErrorCode.SOURCE_FAILED,
            "source %s answered 206 with '%s' (asked for %s)"
                .formatted(url, head.headers().get(HttpHeaderNames.CONTENT_RANGE), asked));
      }
      honored = true;
      total = range.group(3).equals("*") ? total : OptionalLong.of(Long.parseLong(range.group(3)));
    }
    return new SourceResponse(
        status,
        total,
        status == 206 || head.headers().contains(HttpHeaderNames.ACCEPT_RANGES, "bytes", true),
        honored,
        tag(head),
        kept(head, total),
        body);
  }

  private static boolean fits(Matcher range, ByteRange asked) {
    long first = Long.parseLong(range.group(1));
    long last = Long.parseLong(range.group(2));
    long total = range.group(3).equals("*") ? Long.MAX_VALUE : Long.parseLong(range.group(3));
    return first == asked.start() && last == Math.min(asked.end(), total) - 1;
  }

  private static void checkEncoding(HttpResponse head, SourceUrl url) {
    @Nullable String encoding = head.headers().get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity") && !isArchive(head)) {
      throw new DragonflyException(
          ErrorCode.SOURCE_FAILED,
          "source "
              + url
              + " sent content encoded as "
              + encoding
              + " although identity was asked for");
    }
  }

  /** Some servers label archives with the encoding that they are. */
  private static boolean isArchive(HttpResponse head) {
    return String.valueOf(head.headers().get(HttpHeaderNames.CONTENT_TYPE)).contains("gzip");
  }

  private static OptionalLong contentLength(HttpResponse head) {
    @Nullable String length = head.headers().get(HttpHeaderNames.CONTENT_LENGTH);
    boolean chunked = head.headers().contains(HttpHeaderNames.TRANSFER_ENCODING, "chunked", true);
    return length == null || chunked
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(length.strip()));
  }

  private static Optional<String> tag(HttpResponse head) {
    @Nullable String etag = head.headers().get(HttpHeaderNames.ETAG);
    return etag != null && !etag.startsWith("W/")
        ? Optional.of(etag)
        : Optional.ofNullable(head.headers().get(HttpHeaderNames.LAST_MODIFIED));
  }

  private static Map<String, String> kept(HttpResponse head, OptionalLong total) {
    Map<String, String> kept = new HashMap<>();
    for (Map.Entry<String, String> header : head.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!NOT_KEPT.contains(name)) {
        kept.merge(name, header.getValue(), (a, b) -> a + ", " + b);
      }
    }
    total.ifPresent(length -> kept.put("content-length", Long.toString(length)));
    return kept;
  }

  private static DragonflyException error(int status, PieceStream body, SourceUrl url) {
    ErrorCode code =
        switch (status) {
          case 404, 410 -> ErrorCode.SOURCE_NOT_FOUND;
          case 401 -> ErrorCode.SOURCE_UNAUTHORIZED;
          case 403 -> ErrorCode.SOURCE_FORBIDDEN;
          default -> ErrorCode.SOURCE_FAILED;
        };
    String advice =
        switch (code) {
          case SOURCE_NOT_FOUND -> "check the URL";
          case SOURCE_UNAUTHORIZED, SOURCE_FORBIDDEN -> "give credentials with --header";
          default -> "a retry may help";
        };
    return new DragonflyException(
        code, "source %s answered %d%s; %s".formatted(url, status, excerpt(body), advice));
  }

  private static String excerpt(PieceStream body) {
    ByteBuffer start = ByteBuffer.allocate(EXCERPT);
    try (body) {
      for (int i = 0; i < EXCERPT_READS && start.hasRemaining() && body.read(start) >= 0; i++) {
        // A body that drips must not hold up the report.
      }
    } catch (DragonflyException e) {
      // The status alone has to do.
    }
    String text =
        StandardCharsets.UTF_8
            .decode(start.flip())
            .toString()
            .replaceAll("[\\p{Cntrl}<>]+", " ")
            .strip();
    return text.isEmpty() ? "" : " (" + text + ")";
  }
}
