package dev.dragonfly.dfdaemon.source;

import java.util.Arrays;
import java.util.Optional;

/** Answers that several tests want. */
public final class Scripts {
  private Scripts() {}

  /** A good server: whole, or the part asked for. */
  public static ScriptedServer.Script ranged(byte[] content) {
    return (request, connection) -> {
      Optional<long[]> range = request.range();
      if (range.isEmpty()) {
        whole(content).answer(request, connection);
        return;
      }
      int first = (int) range.get()[0];
      if (first >= content.length) {
        status("416 Range Not Satisfiable").answer(request, connection);
        return;
      }
      int end = (int) Math.min(range.get()[1] + 1, content.length);
      connection
          .lines(
              "HTTP/1.1 206 Partial Content",
              "Content-Range: bytes " + first + "-" + (end - 1) + "/" + content.length,
              "Content-Length: " + (end - first),
              "ETag: \"one\"",
              "")
          .send(Arrays.copyOfRange(content, first, end));
    };
  }

  /** A server that takes no notice of ranges. */
  public static ScriptedServer.Script whole(byte[] content) {
    return (request, connection) ->
        connection.lines("HTTP/1.1 200 OK", "Content-Length: " + content.length, "").send(content);
  }

  /** A server that does not tell the length, in chunks. */
  public static ScriptedServer.Script chunked(byte[] content, int chunk) {
    return (request, connection) -> {
      connection.lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "");
      for (int at = 0; at < content.length; at += chunk) {
        int end = Math.min(at + chunk, content.length);
        connection
            .lines(Integer.toHexString(end - at))
            .send(Arrays.copyOfRange(content, at, end))
            .lines("");
      }
      connection.lines("0", "");
    };
  }

  /** Only a status. */
  public static ScriptedServer.Script status(String status, String... header) {
    return (request, connection) -> {
      connection.lines("HTTP/1.1 " + status, "Content-Length: 0");
      for (String line : header) {
        connection.lines(line);
      }
      connection.lines("");
    };
  }

  public static ScriptedServer.Script redirect(String location) {
    return status("302 Found", "Location: " + location);
  }
}
