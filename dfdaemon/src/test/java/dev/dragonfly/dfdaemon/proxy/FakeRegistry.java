package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.dfdaemon.source.ScriptedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small registry. Repositories below {@code private/} want the token of user:pass, those below
 * {@code public/} any token. Single paths can be given another manner.
 */
final class FakeRegistry implements AutoCloseable {
  static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private final ScriptedServer server;
  private final Map<String, byte[]> content = new ConcurrentHashMap<>();
  private final Map<String, ScriptedServer.Script> manners = new ConcurrentHashMap<>();
  private final AtomicLong sent = new AtomicLong();

  FakeRegistry() {
    try {
      server = new ScriptedServer(this::answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps a blob, in every repository; returns its digest. */
  String blob(byte[] bytes) {
    String digest = digest(bytes);
    content.put(digest, bytes);
    return digest;
  }

  /** Keeps a manifest under a tag and its digest, which is returned. */
  String manifest(String tag, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    content.put(tag, bytes);
    return blob(bytes);
  }

  /** Claims that the digest is of these bytes. */
  void lie(String digest, byte[] bytes) {
    content.put(digest, bytes);
  }

  /** Answers paths that end so in another manner. */
  void manner(String pathEnd, ScriptedServer.Script script) {
    manners.put(pathEnd, script);
  }

  void noManners() {
    manners.clear();
  }

  String host() {
    return "127.0.0.1:" + server.port();
  }

  String url() {
    return server.url("");
  }

  /** Bytes of blobs and manifests sent so far. */
  long sent() {
    return sent.get();
  }

  /** The requests with this method for paths that hold the text. */
  List<ScriptedServer.Request> asked(String method, String text) {
    return server.requests().stream()
        .filter(request -> request.method().equals(method) && request.target().contains(text))
        .toList();
  }

  static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(ScriptedServer.Request request, ScriptedServer.Connection connection)
      throws IOException {
    String path = request.target().split("\\?")[0];
    for (Map.Entry<String, ScriptedServer.Script> manner : manners.entrySet()) {
      if (path.endsWith(manner.getKey())) {
        manner.getValue().answer(request, connection);
        return;
      }
    }
    if (path.equals("/token")) {
      token(request, connection);
    } else if (!mayRead(path, request.header("authorization").orElse(""))) {
      challenge(connection);
    } else if (path.equals("/v2/")) {
      text(connection, "200 OK", "{}");
    } else {
      byte[] bytes = content.get(path.substring(path.lastIndexOf('/') + 1));
      if (bytes == null) {
        text(connection, "404 Not Found", "{\"errors\":[{\"code\":\"NAME_UNKNOWN\"}]}");
      } else {
        content(request, connection, bytes, path);
      }
    }
  }

  private static boolean mayRead(String path, String authorization) {
    if (path.startsWith("/v2/private/")) {
      return authorization.equals("Bearer good") || authorization.equals("Bearer also-good");
    }
    return !path.startsWith("/v2/public/") || authorization.startsWith("Bearer ");
  }

  private void challenge(ScriptedServer.Connection connection) throws IOException {
    String body = "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}";
    connection.lines(
        "HTTP/1.1 401 Unauthorized",
        "WWW-Authenticate: Bearer realm=\"" + url() + "/token\",service=\"fake\"",
        "Content-Length: " + body.length(),
        "",
        body);
  }

  private static void token(ScriptedServer.Request request, ScriptedServer.Connection connection)
      throws IOException {
    String basic =
        "Basic " + Base64.getEncoder().encodeToString("user:pass".getBytes(StandardCharsets.UTF_8));
    String token =
        request.header("authorization").filter(basic::equals).isPresent() ? "good" : "any";
    text(connection, "200 OK", "{\"token\":\"" + token + "\",\"expires_in\":300}");
  }

  static void text(ScriptedServer.Connection connection, String status, String text)
      throws IOException {
    connection.lines("HTTP/1.1 " + status, "Content-Length: " + text.length(), "");
    connection.send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends content or the part of it that is asked for. */
  void content(
      ScriptedServer.Request request,
      ScriptedServer.Connection connection,
      byte[] bytes,
      String path)
      throws IOException {
    Matcher range = RANGE.matcher(request.header("range").orElse(""));
    boolean part = range.matches() && bytes.length > 0;
    int start = part ? Integer.parseInt(range.group(1)) : 0;
    int end =
        part && !range.group(2).isEmpty()
            ? (int) Math.min(bytes.length, Long.parseLong(range.group(2)) + 1)
            : bytes.length;
    boolean head = request.method().equals("HEAD");
    connection.lines(
        part && !head ? "HTTP/1.1 206 Partial Content" : "HTTP/1.1 200 OK",
        "Content-Type: "
            + (path.contains("/manifests/") ? MANIFEST_TYPE : "application/octet-stream"),
        "Docker-Content-Digest: " + digest(bytes),
        "Accept-Ranges: bytes",
        "Content-Length: " + (head ? bytes.length : end - start),
        part && !head
            ? "Content-Range: bytes " + start + "-" + (end - 1) + "/" + bytes.length
            : "X-Whole: yes",
        "");
    if (!head) {
      connection.send(Arrays.copyOfRange(bytes, start, end));
      sent.addAndGet(end - start);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
