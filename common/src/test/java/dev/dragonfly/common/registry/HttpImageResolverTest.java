package dev.dragonfly.common.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against real servers on loopback. */
final class HttpImageResolverTest {
  private static final String CONFIG = "sha256:" + "c".repeat(64);
  private static final String BASIC = "Basic dXNlcjpzZWNyZXQ=";

  private final SystemTimers timers = new SystemTimers("test-timers");
  private TestServer registry;
  private TestServer tokens;
  private HttpImageResolver resolver;

  @BeforeEach
  void start() throws IOException {
    registry = TestServer.start();
    tokens = TestServer.start();
    resolver = resolver(List.of("127.0.0.0/8"));
  }

  @AfterEach
  void stop() {
    registry.close();
    tokens.close();
    timers.close();
  }

  @Test
  void anImageIsItsConfigurationAndItsLayersEachOnceInOrder() {
    String digest = registry.manifest("team/app", "v1", image("b", "a", "b"));
    List<String> expected =
        List.of(
            blob("team/app", CONFIG), blob("team/app", layer("b")), blob("team/app", layer("a")));
    ResolvedImage byTag = resolver.resolve(request("team/app", "v1"));
    assertThat(byTag.blobUrls()).isEqualTo(expected);
    assertThat(byTag.headers()).isEmpty();
    assertThat(resolver.resolve(request("team/app", digest)).blobUrls()).isEqualTo(expected);
  }

  @Test
  void layersThatOnlyOthersMayGiveAwayAreLeftOut() {
    registry.manifest(
        "app",
        "v1",
        """
        {"config":{"digest":"%s"},"layers":[
          {"mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip","digest":"%s"},
          {"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s"}]}
        """
            .formatted(CONFIG, layer("a"), layer("b")));
    assertThat(resolver.resolve(request("app", "v1")).blobUrls())
        .containsExactly(blob("app", CONFIG), blob("app", layer("b")));
  }

  @Test
  void ofAnIndexTheImageOfThePlatformIsTaken() {
    index();
    for (String arm : List.of("linux/arm64", "linux/arm64/v8", "Linux/aarch64")) {
      assertThat(resolver.resolve(request("app", "v1", arm)).blobUrls())
          .as(arm)
          .containsExactly(blob("app", CONFIG), blob("app", layer("e")));
    }
    Platform own = Platform.own();
    assertThat(resolver.resolve(request("app", "v1", "")).blobUrls())
        .isEqualTo(resolver.resolve(request("app", "v1", own.toString())).blobUrls());
  }

  @Test
  void allPlatformsAreAllImagesWithoutAttestations() {
    index();
    assertThat(resolver.resolve(request("app", "v1", "all")).blobUrls())
        .containsExactly(
            blob("app", CONFIG),
            blob("app", layer("d")),
            blob("app", layer("e")),
            blob("app", layer("f")));
  }

  @Test
  void aPlatformThatIsNotThereIsSaidWithThoseThatAre() {
    index();
    assertThatThrownBy(() -> resolver.resolve(request("app", "v1", "linux/s390x")))
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageStartingWith("no matching manifest for platform linux/s390x")
        .hasMessageContaining("linux/amd64, linux/arm/v7, linux/arm64")
        .hasMessageNotContaining("unknown");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b/c/d", "linux", "linux/amd64 ", "x\ny/z"})
  void aPlatformThatIsNoneIsRefused(String platform) {
    assertThatThrownBy(() -> resolver.resolve(request("app", "v1", platform)))
        .hasMessageStartingWith("invalid platform format")
        .hasMessageContaining("expected \"os/arch\"");
    assertThat(registry.seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "registry/app:v1",
        "ftp://127.0.0.1/v2/app/manifests/v1",
        "http://127.0.0.1/app",
        "http://127.0.0.1/v2/app/blobs/sha256:1",
        "http://127.0.0.1/v2/app/tags/list",
        "http://127.0.0.1/v2/../app/manifests/v1",
        "http://127.0.0.1/v2/app/manifests/v1?x=y",
        "http://u:p@127.0.0.1/v2/app/manifests/v1",
        "http:///v2/app/manifests/v1",
        "http://127.0.0.1:65536/v2/app/manifests/v1",
        "http://127.0.0.1/v2/App/manifests/v1",
        "http://127.0.0.1/v2/app/manifests/v 1"
      })
  void aUrlThatIsNoManifestIsRefused(String url) {
    assertThatThrownBy(
            () -> resolver.resolve(new ImageRequest(url, Map.of(), "", Optional.empty(), "")))
        .isInstanceOfSatisfying(
            DragonflyException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageStartingWith("parse access url failed")
        .hasMessageNotContaining("u:p");
  }

  @Test
  void anAnonymousTokenIsFetchedForTheRepositoryAndUsedForTheBlobs() {
    registry.manifest("team/app", "v1", image("a"));
    guardedByTokens();
    tokens.on("/token", exchange -> TestServer.reply(exchange, 200, "{\"access_token\":\"t1\"}"));
    assertThat(resolver.resolve(request("team/app", "v1")).headers())
        .containsExactly(Map.entry("Authorization", "Bearer t1"));
    assertThat(tokens.last().query()).isEqualTo("service=test&scope=repository:team/app:pull");
    assertThat(tokens.last().header("Authorization")).isEmpty();
    assertThat(registry.last().header("Accept"))
        .hasValueSatisfying(accepted ->
            assertThat(accepted).contains("image.index.v1").contains("manifest.list.v2"));
  }

  @Test
  void credentialsGoToATokenServiceAtTheHostThatIsAskedInTheClearAnyway() {
    registry.manifest("app", "v1", image("a"));
    registry.guarded("Bearer t2", "Bearer realm=\"%s/token\"".formatted(registry.url()));
    registry.on("/token", exchange -> TestServer.reply(exchange, 200, "{\"token\":\"t2\"}"));
    assertThat(resolver.resolve(withPassword("app")).headers())
        .containsEntry("Authorization", "Bearer t2");
    assertThat(registry.seen().get(1).header("Authorization")).contains(BASIC);
  }

  @Test
  void credentialsDoNotGoToAnotherServerInTheClear() {
    registry.manifest("app", "v1", image("a"));
    guardedByTokens();
    assertThatThrownBy(() -> resolver.resolve(withPassword("app")))
        .isInstanceOfSatisfying(
            DragonflyException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
        .hasMessageContaining("without TLS");
    assertThat(tokens.seen()).isEmpty();
  }

  @Test
  void aBasicChallengeIsAnsweredWithUserAndPassword() {
    registry.manifest("app", "v1", image("a"));
    registry.guarded(BASIC, "Basic realm=\"x\"");
    assertThat(resolver.resolve(withPassword("app")).headers())
        .containsEntry("Authorization", BASIC);
    assertThatThrownBy(() -> resolver.resolve(request("app", "v1")))
        .hasMessage("failed to pull image manifest: unauthorized: authentication required");
  }

  @Test
  void aGivenAuthorizationIsUsedAsItIsAndNoOtherIsSought() {
    registry.manifest("app", "v1", image("a"));
    guardedByTokens();
    ImageRequest given =
        new ImageRequest(
            url("app", "v1"),
            Map.of("authorization", "Bearer t1", "X-Custom", "1", "Host", "other", "Range", "x"),
            "user",
            Optional.of(Secret.of("secret")),
            "");
    assertThat(resolver.resolve(given).headers())
        .containsEntry("authorization", "Bearer t1")
        .containsEntry("X-Custom", "1");
    assertThat(registry.last().header("X-Custom")).contains("1");
    assertThat(registry.last().header("Host")).contains("127.0.0.1:" + registry.port());
    assertThat(registry.last().header("Range")).isEmpty();
    ImageRequest wrong =
        new ImageRequest(
            url("app", "v1"), Map.of("Authorization", "Bearer t0"), "", Optional.empty(), "");
    assertThatThrownBy(() -> resolver.resolve(wrong))
        .hasMessage("failed to pull image manifest: unauthorized: authentication required");
    assertThat(tokens.seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://u:p@127.0.0.1/token", "https:///token", "http://a:65536/token"})
  void aTokenServiceThatIsNoServerIsNotAsked(String realm) {
    registry.manifest("app", "v1", image("a"));
    registry.guarded("Bearer t1", "Bearer realm=\"" + realm + "\"");
    assertThatThrownBy(() -> resolver.resolve(request("app", "v1")))
        .isInstanceOfSatisfying(
            DragonflyException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
        .hasMessageContaining("a challenge that names");
  }

  @Test
  void whatTheTokenServiceSaysIsShown() {
    registry.manifest("app", "v1", image("a"));
    guardedByTokens();
    tokens.on(
        "/token",
        exchange ->
            TestServer.reply(exchange, 401, "{\"details\":\"incorrect username or password\"}"));
    assertThatThrownBy(() -> resolver.resolve(request("app", "v1")))
        .hasMessageStartingWith("failed to authenticate with registry: " + tokens.url())
        .hasMessageEndingWith("answered 401: incorrect username or password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "no json", "{\"token\":\"a b\"}", "{\"token\":\"a\\r\\nX: y\"}"})
  void whatIsNoTokenIsNotUsed(String answer) {
    registry.manifest("app", "v1", image("a"));
    guardedByTokens();
    tokens.on("/token", exchange -> TestServer.reply(exchange, 200, answer));
    assertThatThrownBy(() -> resolver.resolve(request("app", "v1")))
        .hasMessageContaining("got no token");
  }

  @Test
  void whatARegistrySaysIsShownOnOneLine() {
    assertThatThrownBy(() -> resolver.resolve(request("app", "v1")))
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessage("failed to pull image manifest: manifest unknown: not here");
    registry.on(
        "/v2/app/manifests/v1",
        exchange -> TestServer.reply(exchange, 403, "{\"errors\":[{\"message\":\"a\\nb\"}]}"));
    assertThatThrownBy(() -> resolver.resolve(request("app", "v1")))
        .isInstanceOfSatisfying(
            DragonflyException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PERMISSION_DENIED))
        .hasMessage("failed to pull image manifest: denied: a?b");
    registry.on("/v2/app/manifests/v1", exchange -> TestServer.reply(exchange, 502, "<html>"));
    assertThatThrownBy(() -> resolver.resolve(request("app", "v1")))
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
        .hasMessage("failed to pull image manifest: status 502");
  }

  @Test
  void theTextsOfHeadersCannotBreakTheLine() {
    ImageRequest request =
        new ImageRequest(url("app", "v1"), Map.of("X-A", "1\r\nX-B: 2"), "", Optional.empty(), "");
    assertThatThrownBy(() -> resolver.resolve(request))
        .isInstanceOfSatisfying(
            DragonflyException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    assertThat(registry.seen()).isEmpty();
  }

  private void index() {
    String amd = registry.manifest("app", "", image("d"));
    String arm64 = registry.manifest("app", "", image("e"));
    String arm = registry.manifest("app", "", image("f"));
    String attestation = registry.manifest("app", "", image("9"));
    registry.manifest(
        "app",
        "v1",
        """
        {"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
          {"digest":"%s","platform":{"os":"linux","architecture":"amd64"}},
          {"digest":"%s","platform":{"os":"linux","architecture":"arm64","variant":"v8"}},
          {"digest":"%s","platform":{"os":"linux","architecture":"arm","variant":"v7"}},
          {"digest":"%s","platform":{"os":"unknown","architecture":"unknown"}}]}
        """
            .formatted(amd, arm64, arm, attestation));
  }

  private void guardedByTokens() {
    registry.guarded(
        "Bearer t1", "Bearer realm=\"%s/token\",service=\"test\"".formatted(tokens.url()));
  }

  private HttpImageResolver resolver(List<String> allow) {
    return new HttpImageResolver(
        "preheat",
        new ResolverConfig(allow, List.of(), Optional.empty(), Duration.ofSeconds(30)),
        InetAddress::getAllByName,
        SystemTime.INSTANCE,
        timers);
  }

  private ImageRequest withPassword(String repository) {
    return new ImageRequest(
        url(repository, "v1"), Map.of(), "user", Optional.of(Secret.of("secret")), "");
  }

  private ImageRequest request(String repository, String reference) {
    return request(repository, reference, "");
  }

  private ImageRequest request(String repository, String reference, String platform) {
    return new ImageRequest(url(repository, reference), Map.of(), "", Optional.empty(), platform);
  }

  private String url(String repository, String reference) {
    return registry.url() + "/v2/" + repository + "/manifests/" + reference;
  }

  private String blob(String repository, String digest) {
    return registry.url() + "/v2/" + repository + "/blobs/" + digest;
  }

  private static String layer(String digit) {
    return "sha256:" + digit.repeat(64);
  }

  private static String image(String... layers) {
    String list =
        List.of(layers).stream()
            .map(digit -> "{\"digest\":\"" + layer(digit) + "\"}")
            .collect(java.util.stream.Collectors.joining(","));
    return "{\"schemaVersion\":2,\"config\":{\"digest\":\"%s\"},\"layers\":[%s]}"
        .formatted(CONFIG, list);
  }
}
