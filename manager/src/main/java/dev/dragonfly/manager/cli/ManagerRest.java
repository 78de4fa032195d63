package dev.dragonfly.manager.cli;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls to the REST interface of a manager. Every call is bounded; what is refused is an exception
 * with the words of the manager. Used by one thread.
 */
final class ManagerRest {
  static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** Longer than a manager takes to resolve an image. */
  private static final Duration CALL = Duration.ofSeconds(45);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  private final URI manager;
  private final String prefix;
  private final String authorization;

  /** Who asks. */
  sealed interface Proof {
    /** A personal access token, for what its scopes allow. */
    record Token(String token) implements Proof {
      @Override
      public String toString() {
        return "Token[]";
      }
    }

    /** Name and password, for what the roles of the account allow. */
    record Password(String user, String password) implements Proof {
      @Override
      public String toString() {
        return "Password[" + user + "]";
      }
    }
  }

  private ManagerRest(URI manager, Proof proof) {
    this.manager = manager;
    switch (proof) {
      case Proof.Token token -> {
        this.prefix = "/oapi/v1/";
        this.authorization = "Bearer " + token.token();
      }
      case Proof.Password password -> {
        this.prefix = "/api/v1/";
        this.authorization = "Bearer " + signIn(password);
      }
    }
  }

  /** Signs in where that is needed. */
  static ManagerRest of(URI manager, Proof proof) {
    if (manager.getScheme() == null || manager.getHost() == null) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "not the URL of a manager: '" + manager + "' (expected http(s)://host:port)");
    }
    return new ManagerRest(manager, proof);
  }

  JsonNode get(String path) {
    return call("GET", path, null);
  }

  /** A list; values that are empty are left out of the query. */
  JsonNode get(String path, Map<String, String> query) {
    String text =
        query.entrySet().stream()
            .filter(entry -> !entry.getValue().isEmpty())
            .map(entry ->
                entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return get(text.isEmpty() ? path : path + "?" + text);
  }

  JsonNode post(String path, ObjectNode body) {
    return call("POST", path, body);
  }

  void delete(String path) {
    call("DELETE", path, null);
  }

  /**
   * A stream of server-sent events; the caller closes it. The manager says every few seconds that
   * it is still there, and ends it after an hour.
   *
   * @param seen the id of the last event that was seen; 0 for none
   */
  InputStream events(String path, long seen) {
    HttpRequest request =
        request(prefix + path)
            .header("Accept", "text/event-stream")
            .header("Last-Event-ID", String.valueOf(seen))
            .GET()
            .build();
    HttpResponse<InputStream> response = send(request, BodyHandlers.ofInputStream());
    if (response.statusCode() == 200) {
      return response.body();
    }
    try (InputStream body = response.body()) {
      throw refused("GET " + path, response.statusCode(), body.readNBytes(64 << 10));
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private String signIn(Proof.Password proof) {
    ObjectNode body = JSON.createObjectNode();
    body.put("name", proof.user()).put("password", proof.password());
    HttpRequest request =
        HttpRequest.newBuilder(manager.resolve("/api/v1/users/signin"))
            .timeout(CALL)
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    HttpResponse<byte[]> response = send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() == 401) {
      throw new DragonflyException(
          ErrorCode.UNAUTHENTICATED,
          "the manager at %s does not let '%s' in with this password"
              .formatted(manager, proof.user()));
    }
    return answer("sign-in", response).path("token").asString("");
  }

  private JsonNode call(String method, String path, @Nullable ObjectNode body) {
    HttpRequest request =
        request(prefix + path)
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
            .build();
    return answer(method + " " + path, send(request, BodyHandlers.ofByteArray()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(manager.resolve(path))
        .timeout(CALL)
        .header("Authorization", authorization)
        .header("Content-Type", "application/json");
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
    try {
      return http.send(request, body);
    } catch (HttpTimeoutException e) {
      throw new DragonflyException(
          ErrorCode.DEADLINE_EXCEEDED,
          "the manager at %s did not answer within %d s".formatted(manager, CALL.toSeconds()),
          e);
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, "interrupted", e);
    }
  }

  private DragonflyException unreachable(IOException e) {
    String why =
        e instanceof ConnectException ? "nobody listens there" : String.valueOf(e.getMessage());
    return new DragonflyException(
        ErrorCode.UNAVAILABLE,
        "the manager at %s cannot be reached: %s; name it with --manager or DRAGONFLY_MANAGER"
            .formatted(manager, why),
        e);
  }

  private static JsonNode answer(String what, HttpResponse<byte[]> response) {
    if (response.statusCode() / 100 != 2) {
      throw refused(what, response.statusCode(), response.body());
    }
    try {
      return response.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(response.body());
    } catch (JacksonException e) {
      throw new DragonflyException(
          ErrorCode.INTERNAL, what + ": the answer is no JSON; is this a manager?", e);
    }
  }

  private static DragonflyException refused(String what, int status, byte[] body) {
    String words;
    try {
      JsonNode said = JSON.readTree(body);
      words = said.path("message").asString(said.path("errors").asString(""));
    } catch (JacksonException e) {
      words = "";
    }
    ErrorCode code =
        switch (status) {
          case 400, 413, 422 -> ErrorCode.INVALID_ARGUMENT;
          case 401 -> ErrorCode.UNAUTHENTICATED;
          case 403 -> ErrorCode.PERMISSION_DENIED;
          case 404 -> ErrorCode.NOT_FOUND;
          case 409 -> ErrorCode.ALREADY_EXISTS;
          case 429 -> ErrorCode.RESOURCE_EXHAUSTED;
          case 502, 503, 504 -> ErrorCode.UNAVAILABLE;
          default -> ErrorCode.INTERNAL;
        };
    return new DragonflyException(
        code, what + ": " + (words.isEmpty() ? "refused" : words) + " (status " + status + ")");
  }
}
