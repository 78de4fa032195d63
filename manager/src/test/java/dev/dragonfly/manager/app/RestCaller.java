package dev.dragonfly.manager.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls REST of a manager with a token, which may be a forged one. */
public final class RestCaller implements AutoCloseable {
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private final String url;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String token;

  public RestCaller(String url, String token) {
    this.url = url;
    this.token = token;
  }

  /** With a session of root that the key of tests signed. */
  public static RestCaller root(RunningManager running) {
    return new RestCaller(running.restUrl(), session(running.time().now()));
  }

  /** A session of root that began now. */
  public static String session(Instant now) {
    long second = now.getEpochSecond();
    return forged(
        "{\"id\":1,\"orig_iat\":%d,\"exp\":%d}".formatted(second, second + 3_600), HEADER);
  }

  /** A token with these claims and the right signature. */
  public static String forged(String claims) {
    return forged(claims, HEADER);
  }

  /** A token with this header and the signature that HS256 asks for. */
  public static String forged(String claims, String header) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(RunningManager.JWT_KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      String signed = encode(bytes(header)) + "." + encode(bytes(claims));
      return signed + "." + encode(mac.doFinal(bytes(signed)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends a request; headers are names and values in turns. */
  public HttpResponse<String> send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send("GET", path, "");
  }

  /** The body of an answer that must be 200. */
  public JsonNode json(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = send(method, path, body);
    if (answer.statusCode() != 200) {
      throw new AssertionError(
          method + " " + path + ": " + answer.statusCode() + " " + answer.body());
    }
    return JsonMapper.shared().readTree(answer.body());
  }

  @Override
  public void close() {
    http.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
