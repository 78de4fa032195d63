package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceStream;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.ContentRange;
import dev.dragonfly.dfdaemon.net.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Makes sense of the head of a response, RFC 9110. */
final class ResponseReader {
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

  static SourceResponse read(OriginAnswer answer, SourceRequest request) {
    Optional<ByteRange> asked = request.range();
    int status = answer.status();
    if (status != 200 && status != 206) {
      throw error(answer);
    }
    checkEncoding(answer);
    OptionalLong total = status == 206 ? OptionalLong.empty() : answer.contentLength();
    if (status == 206) {
      Optional<ContentRange> range = answer.first("content-range").flatMap(ContentRange::parse);
      if (asked.isEmpty() || range.isEmpty() || !range.get().answers(asked.get())) {
        throw new DragonflyException(
            ErrorCode.SOURCE_FAILED,
            "source %s answered 206 with '%s' (asked for %s)"
                .formatted(answer.from(), answer.first("content-range").orElse(""), asked));
      }
      total = range.get().total();
    }
    boolean ranges = answer.first("accept-ranges").filter("bytes"::equalsIgnoreCase).isPresent();
    return new SourceResponse(
        status,
        total,
        status == 206 || ranges,
        status == 206,
        request.url(),
        kept(answer.header(), total),
        answer.body());
  }

  private static void checkEncoding(OriginAnswer answer) {
    String encoding = answer.first("content-encoding").orElse("identity");
    // Some servers label archives with the encoding that they are.
    boolean archive = answer.first("content-type").orElse("").contains("gzip");
    if (!encoding.equalsIgnoreCase("identity") && !archive) {
      throw new DragonflyException(
          ErrorCode.SOURCE_FAILED,
          "source "
              + answer.from()
              + " sent content encoded as "
              + encoding
              + " although identity was asked for");
    }
  }

  private static Map<String, String> kept(Headers header, OptionalLong total) {
    Map<String, String> kept = header.only(name -> !NOT_KEPT.contains(name)).toMap();
    total.ifPresent(length -> kept.put("content-length", Long.toString(length)));
    return kept;
  }

  private static SourceStatusException error(OriginAnswer answer) {
    int status = answer.status();
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
    return new SourceStatusException(
        code,
        "source %s answered %d%s; %s"
            .formatted(answer.from(), status, excerpt(answer.body()), advice),
        status,
        answer.header());
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
