package dev.dragonfly.manager.parity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import dev.dragonfly.manager.app.RunningManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends recorded requests as they are, also those that no HTTP library would send, and remembers
 * what later ones need.
 */
final class ParityClient implements AutoCloseable {
  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");
  private static final Pattern NUMBER = Pattern.compile("\"\\{(\\w+)!n}\"");
  private static final int MAX_POLLS = 20;
  private static final int TIMEOUT_MILLIS = 20_000;

  private final RunningManager running;
  private final URI base;
  private final Map<String, String> variables = new HashMap<>();

  ParityClient(RunningManager running, String password) {
    this.running = running;
    this.base = URI.create(running.restUrl());
    variables.put("user", "root");
    variables.put("password", password);
    variables.put("registry", "registry.example");
    variables.put("registry_auth", "closed.example");
    variables.put("past", "2020-01-01T00:00:00Z");
    variables.put("future", "2099-01-01T00:00:00Z");
    forge(running.time().now());
  }

  /** How the answer differs from the recorded one; empty when it does not. */
  List<String> differences(ParityCase one) throws IOException {
    List<String> differences = new ArrayList<>();
    Answer answer;
    try {
      answer = send(one);
    } catch (MissingVariable e) {
      return one.isCompared() ? List.of("needs " + e.getMessage()) : List.of();
    }
    one.save().forEachEntry((name, path) -> save(name, path.asString(), answer));
    if (one.status() != 0 && one.status() != answer.status()) {
      differences.add("status " + one.status() + " -> " + answer.status() + " " + answer.body());
    }
    JsonNode shape = Shape.of(answer.status(), answer.body());
    one.shape()
        .filter(recorded -> !recorded.equals(shape))
        .ifPresent(recorded -> differences.add("shape " + recorded + " -> " + shape));
    return differences;
  }

  private Answer send(ParityCase one) throws IOException {
    Answer answer = exchange(one);
    if (!one.until().isEmpty()) {
      return Awaitility.await(one.name())
          .atMost(Duration.ofMillis(TIMEOUT_MILLIS))
          .until(
              () -> exchange(one),
              next -> {
                JsonNode value = at(next.body(), one.poll().orElseThrow());
                return value == null || one.until().contains(value.asString());
              });
    }
    for (int i = 0; i < MAX_POLLS && one.poll().isPresent(); i++) {
      if (at(answer.body(), one.poll().get()) != null) {
        return answer;
      }
      // Audits are written by a timer, on a thread of its own.
      running.time().advance(Duration.ofSeconds(6));
      answer = exchange(one);
    }
    return answer;
  }

  private Answer exchange(ParityCase one) throws IOException {
    Map<String, String> headers = new HashMap<>();
    one.headers().forEachEntry((name, value) -> headers.put(name, filled(value.asString())));
    String path = authenticated(one.auth(), filled(one.path()), headers);
    byte[] body =
        one.raw()
            .or(() ->
                one.json().map(json -> filled(json.toString()).getBytes(StandardCharsets.UTF_8)))
            .orElse(new byte[0]);
    headers.putIfAbsent("Content-Type", "application/json");
    StringBuilder head = new StringBuilder(one.method() + " " + path + " HTTP/1.1\r\n");
    head.append("Host: ").append(base.getAuthority()).append("\r\nConnection: close\r\n");
    headers.remove("Accept-Encoding");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write(body);
      socket.getOutputStream().flush();
      return Answer.read(socket.getInputStream());
    }
  }

  private String authenticated(String auth, String path, Map<String, String> headers) {
    String[] parts = auth.split(":");
    switch (parts[0]) {
      case "bearer" -> headers.putIfAbsent("Authorization", "Bearer " + variable(parts[1]));
      case "cookie" -> headers.put("Cookie", "jwt=" + variable(parts[1]));
      case "query" -> {
        return path + (path.contains("?") ? "&" : "?") + parts[1] + "=" + variable(parts[2]);
      }
      default -> {}
    }
    return path;
  }

  private String filled(String text) {
    String numbers = NUMBER.matcher(text).replaceAll(found -> variable(found.group(1)));
    return VARIABLE
        .matcher(numbers)
        .replaceAll(found -> Matcher.quoteReplacement(variable(found.group(1))));
  }

  private String variable(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new MissingVariable(name);
    }
    return value;
  }

  private void save(String name, String path, Answer answer) {
    if (path.startsWith("cookie:")) {
      answer.cookie(path.substring("cookie:".length())).ifPresent(v -> variables.put(name, v));
      return;
    }
    JsonNode value = at(answer.body(), path);
    if (value != null) {
      variables.put(name, value.asString());
    }
  }

  private static @Nullable JsonNode at(String body, String path) {
    try {
      JsonNode node = JsonMapper.shared().readTree(body).at("/" + path.replace('.', '/'));
      return node.isMissingNode() ? null : node;
    } catch (JacksonException e) {
      return null;
    }
  }

  private void forge(Instant now) {
    long time = now.getEpochSecond();
    String claims = "{\"id\":1,\"exp\":" + (time + 3600) + ",\"orig_iat\":" + time + "}";
    String key = RunningManager.JWT_KEY;
    variables.put("jwt_forged", jwt(key, claims));
    variables.put("jwt_wrongkey", jwt(key.replace('a', 'b'), claims));
    variables.put("jwt_none", "eyJhbGciOiJub25lIn0.eyJpZCI6MX0.");
    variables.put("jwt_expired", jwt(key, ended(time - 60, time - 3600)));
    variables.put("jwt_too_old", jwt(key, ended(time - 60, time - 400L * 24 * 3600)));
    variables.put("jwt_noid", jwt(key, claims.replace("\"id\":1,", "")));
    variables.put("jwt_noexp", jwt(key, "{\"id\":1,\"orig_iat\":" + time + "}"));
    variables.put("jwt_strid", jwt(key, claims.replace("\"id\":1", "\"id\":\"1\"")));
    variables.put("jwt_ghost", jwt(key, claims.replace("\"id\":1", "\"id\":9999")));
  }

  private static String ended(long end, long begin) {
    return "{\"id\":1,\"exp\":" + end + ",\"orig_iat\":" + begin + "}";
  }

  private static String jwt(String key, String claims) {
    try {
      JWSObject token = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(claims));
      token.sign(new MACSigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    variables.clear();
  }

  /** An earlier answer did not bring what a request needs. */
  private static final class MissingVariable extends RuntimeException {
    private static final long serialVersionUID = 1;

    MissingVariable(String name) {
      super(name);
    }
  }

  /** An answer as it came. */
  private record Answer(int status, List<String> headers, String body) {
    static Answer read(InputStream stream) throws IOException {
      String text = new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) {
        throw new IOException("no answer: " + text);
      }
      List<String> lines = List.of(text.substring(0, end).split("\r\n"));
      String body = text.substring(end + 4);
      boolean chunked = lines.stream().anyMatch("transfer-encoding: chunked"::equalsIgnoreCase);
      return new Answer(
          Integer.parseInt(lines.getFirst().split(" ")[1]),
          lines,
          new String(
              (chunked ? joined(body) : body).getBytes(StandardCharsets.ISO_8859_1),
              StandardCharsets.UTF_8));
    }

    private static String joined(String chunks) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      int at = 0;
      while (at < chunks.length()) {
        int line = chunks.indexOf("\r\n", at);
        int size = Integer.parseInt(chunks.substring(at, line).strip(), 16);
        if (size == 0) {
          break;
        }
        body.writeBytes(
            chunks.substring(line + 2, line + 2 + size).getBytes(StandardCharsets.ISO_8859_1));
        at = line + 2 + size + 2;
      }
      return body.toString(StandardCharsets.ISO_8859_1);
    }

    Optional<String> cookie(String name) {
      String prefix = "set-cookie: " + name + "=";
      return headers.stream()
          .filter(line -> line.regionMatches(true, 0, prefix, 0, prefix.length()))
          .map(line -> line.substring(prefix.length()).split(";")[0])
          .findFirst();
    }
  }
}
