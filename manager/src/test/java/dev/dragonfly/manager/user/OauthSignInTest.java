package dev.dragonfly.manager.user;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.dragonfly.common.testing.TestPostgres;
import dev.dragonfly.manager.app.OwnManager;
import dev.dragonfly.manager.app.RestCaller;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sign-in with accounts of a GitHub server: a real one of its kind, which hands out codes. */
final class OauthSignInTest {
  private static final String CALLBACK = "/api/v1/users/signin/github/callback";

  @TempDir private static Path folder;
  private static TestPostgres postgres;
  private static GithubServer github;
  private static OwnManager manager;
  private static RestCaller browser;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    postgres = TestPostgres.start();
    github = new GithubServer();
    manager = OwnManager.start(postgres, folder, "auth: {githubUrl: '%s'}".formatted(github.url()));
    browser = new RestCaller(manager.restUrl(), "");
    try (RestCaller root = new RestCaller(manager.restUrl(), RestCaller.session(Instant.now()))) {
      root.json(
          "POST",
          "/api/v1/oauth",
          "{\"name\":\"github\",\"client_id\":\"us\",\"client_secret\":\"hush\",\"redirect_url\":\"%s\"}"
              .formatted(manager.restUrl() + CALLBACK));
    }
  }

  @AfterAll
  static void stop() {
    browser.close();
    manager.close();
    github.close();
    postgres.close();
  }

  @Test
  void whoComesBackToHisBrowserIsSignedInAndFoundAgainTheNextTime() throws Exception {
    String first = signIn("octocat");
    String second = signIn("octocat");
    assertThat(first).isNotEmpty().isEqualTo(second);
  }

  @Test
  void aSignInThatAnotherBrowserBeganIsRefused() throws Exception {
    HttpResponse<String> begun = browser.get("/api/v1/users/signin/github");
    String target = begun.headers().firstValue("Location").orElseThrow();
    String state = query(target).get("state");
    String code = github.agree("mallory", target);
    String back = CALLBACK + "?code=" + code + "&state=" + state;
    assertThat(browser.get(back).statusCode()).isEqualTo(401);
    assertThat(browser.send("GET", back, "", "Cookie", "oauth_state=other").statusCode())
        .isEqualTo(401);
    String withoutState = CALLBACK + "?code=" + code;
    assertThat(browser.send("GET", withoutState, "", "Cookie", cookie(begun)).statusCode())
        .isEqualTo(401);
  }

  @Test
  void aCodeThatTheProviderDoesNotKnowIsNobody() throws Exception {
    HttpResponse<String> begun = browser.get("/api/v1/users/signin/github");
    String state = query(begun.headers().firstValue("Location").orElseThrow()).get("state");
    HttpResponse<String> refused =
        browser.send("GET", CALLBACK + "?code=made-up&state=" + state, "", "Cookie", cookie(begun));
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.body()).doesNotContain("hush");
  }

  @Test
  void anAccountWithAPasswordIsNotTakenOver() throws Exception {
    assertThat(callback("root").statusCode()).isEqualTo(401);
  }

  private static String signIn(String person) throws IOException, InterruptedException {
    HttpResponse<String> done = callback(person);
    assertThat(done.statusCode()).as(done.body()).isEqualTo(302);
    assertThat(done.headers().firstValue("Location")).contains("/");
    String session =
        done.headers().allValues("Set-Cookie").stream()
            .filter(one -> one.startsWith("jwt="))
            .findFirst()
            .orElseThrow()
            .split("[=;]")[1];
    try (RestCaller signedIn = new RestCaller(manager.restUrl(), session)) {
      assertThat(signedIn.get("/api/v1/clusters").statusCode()).isEqualTo(200);
      return signedIn.json("GET", "/api/v1/users?name=" + person, "").get(0).get("id").toString();
    }
  }

  private static HttpResponse<String> callback(String person)
      throws IOException, InterruptedException {
    HttpResponse<String> begun = browser.get("/api/v1/users/signin/github");
    assertThat(begun.statusCode()).isEqualTo(302);
    String target = begun.headers().firstValue("Location").orElseThrow();
    assertThat(target).startsWith(github.url() + "/login/oauth/authorize?");
    assertThat(query(target)).containsEntry("client_id", "us").doesNotContainKey("client_secret");
    String code = github.agree(person, target);
    return browser.send(
        "GET",
        CALLBACK + "?code=" + code + "&state=" + query(target).get("state"),
        "",
        "Cookie",
        cookie(begun));
  }

  private static String cookie(HttpResponse<String> answer) {
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).startsWith("oauth_state=").contains("HttpOnly", "SameSite=Lax");
    return cookie.split(";")[0];
  }

  private static Map<String, String> query(String url) {
    return pairs(url.substring(url.indexOf('?') + 1));
  }

  private static Map<String, String> pairs(String form) {
    return Stream.of(form.split("&"))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }

  /** What a GitHub server does in a sign-in: codes that work once, tokens, who somebody is. */
  private static final class GithubServer implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, String> codes = new ConcurrentHashMap<>();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    GithubServer() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/login/oauth/access_token", this::token);
      server.createContext("/api/v3/user", this::user);
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Somebody at his browser agrees; the provider would send him back with the code. */
    String agree(String person, String authorizationUrl) {
      assertThat(query(authorizationUrl))
          .containsEntry("response_type", "code")
          .containsEntry("redirect_uri", manager.restUrl() + CALLBACK);
      String code = "code-" + codes.size() + "-" + person;
      codes.put(code, person);
      return code;
    }

    private void token(HttpExchange exchange) throws IOException {
      String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String person = codes.remove(pairs(form).getOrDefault("code", ""));
      String expected =
          "Basic " + Base64.getEncoder().encodeToString("us:hush".getBytes(StandardCharsets.UTF_8));
      if (person == null
          || !expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
        return;
      }
      tokens.put("token-" + person, person);
      answer(
          exchange,
          200,
          "{\"access_token\":\"token-%s\",\"token_type\":\"bearer\"}".formatted(person));
    }

    private void user(HttpExchange exchange) throws IOException {
      String header = exchange.getRequestHeaders().getFirst("Authorization");
      String person = header == null ? null : tokens.get(header.substring("Bearer ".length()));
      answer(
          exchange,
          person == null ? 401 : 200,
          "{\"id\":7,\"login\":\"%s\",\"email\":null,\"avatar_url\":\"\"}".formatted(person));
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
      try (exchange) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
