package dev.dragonfly.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.scenario.Dfctl;
import dev.dragonfly.scenario.JobClient;
import dev.dragonfly.scenario.NeedsProgram;
import dev.dragonfly.scenario.SharedCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Images are preheated by those who do so, and pulled by a real runtime from real registries. */
@NeedsProgram(
    value = {"containerd", "ctr", "docker-registry", "htpasswd"},
    root = true)
@ExtendWith(SharedCluster.Healthy.class)
class PreheatImageIT {
  private static final Integer[] LAYERS = {4 << 10, 100 << 10, 3 << 20, 8 << 20, 20 << 20};
  private static final String USER = "alice";
  private static final String PASSWORD = "correct-horse-7f3a";
  private static final String LOGIN = USER + ":" + PASSWORD;
  private static final List<String> PEERS = List.of("peer-0", "peer-1", "peer-2");

  private static DockerRegistry registry;
  private static DockerRegistry restricted;
  private static LabRegistry guarded;
  private static LocalCluster cluster;
  private static Leaks leaks;
  private static JobClient client;
  private static Dfctl dfctl;

  @TempDir private static Path folder;

  @BeforeAll
  static void start(LocalCluster shared) {
    registry = new DockerRegistry(folder.resolve("registry"), Optional.empty());
    restricted = new DockerRegistry(folder.resolve("restricted"), Optional.of(LOGIN));
    guarded = new LabRegistry();
    cluster = shared;
    leaks = new Leaks(cluster);
    client = JobClient.of(cluster.manager());
    dfctl = new Dfctl(client, folder);
  }

  @AfterAll
  static void stop() {
    guarded.close();
    restricted.close();
    registry.close();
  }

  @Test
  void afterAPreheatOfOnePlatformNodesPullWithoutTheRegistry() {
    Image wanted = Image.ofArchitecture("amd64", 11, LAYERS);
    Image other = Image.ofArchitecture("arm64", 21, LAYERS);
    registry.push("team/one", "v1", List.of(wanted, other));
    preheatsAndPulls("team/one", "linux/amd64", List.of(wanted), "--platform", "linux/amd64");
    other.blobs().keySet().forEach(digest -> assertThat(registry.sent(digest)).isZero());
  }

  @Test
  void afterAPreheatOfAllPlatformsSoDoNodesThatWantAll() {
    List<Image> images =
        List.of(
            Image.ofArchitecture("amd64", 61, LAYERS), Image.ofArchitecture("arm64", 71, LAYERS));
    registry.push("team/all", "v1", images);
    preheatsAndPulls("team/all", "all", images, "--all-platforms");

    JsonNode spread =
        client.ask(
            """
            {"type": "get_image_distribution", "args":
             {"url": "%s/v2/team/all/manifests/v1", "platform": "all"}}
            """
                .formatted(registry.url()));
    assertThat(spread.at("/image/layers").size()).isEqualTo(12);
    assertThat(spread.get("peers").values())
        .hasSize(PEERS.size())
        .allMatch(peer -> peer.get("cached_layers").size() == 12);
  }

  private static void preheatsAndPulls(
      String repository, String platform, List<Image> images, String... options) {
    long start = System.nanoTime();
    JsonNode job =
        client.succeeded(
            client.start(
                """
                {"type": "preheat", "args": {"type": "image", "url": "%s/v2/%s/manifests/v1",
                 "platform": "%s", "scope": "all_peers"}}
                """
                    .formatted(registry.url(), repository, platform)));
    double seconds = (System.nanoTime() - start) / 1e9;

    assertThat(JobClient.contents(job, "success_tasks"))
        .containsExactlyInAnyOrderElementsOf(everywhere(repository, images));
    assertThat(JobClient.contents(job, "failure_tasks")).isEmpty();
    long manifests = registry.gets("/" + repository + "/manifests/");
    long blobs = registry.gets("/blobs/");
    pullOnTwoNodes(repository + ":v1", images, options);
    assertThat(registry.gets("/blobs/") - blobs).as("blobs that nodes asked for").isZero();
    assertThat(everyBlob(images))
        .allSatisfy((digest, bytes) ->
            assertThat(registry.sent(digest)).as(digest).isEqualTo(bytes.length));
    System.out.printf(
        "preheat of %s: platform=%s contents=%d peers=3 seconds=%.1f, pulls on 2 nodes: blob_gets=%d manifest_gets=%d%n",
        repository,
        platform,
        everyBlob(images).size(),
        seconds,
        registry.gets("/blobs/") - blobs,
        registry.gets("/" + repository + "/manifests/") - manifests);
  }

  @Test
  void dfctlPreheatsFromARegistryWithPasswordsAndTheSecretIsNowhere() throws Exception {
    Image image = Image.of(31, 64 << 10, 2 << 20);
    restricted.push("team/private", "v1", image);
    Commands.Outcome done =
        preheatByDfctl(restricted.url() + "/v2/team/private/manifests/v1", PASSWORD);
    assertDone(done, image);

    String wrong = "wrong-battery-91c2";
    Commands.Outcome refused =
        preheatByDfctl(restricted.url() + "/v2/team/private/manifests/v1", wrong);
    assertThat(refused.exit()).as(refused.said()).isNotZero();
    assertThat(refused.said()).contains("unauthorized: authentication required");
    assertNowhere(
        "htpasswd", done, List.of(PASSWORD, basic(LOGIN), wrong, basic(USER + ":" + wrong)));
  }

  @Test
  void dfctlPreheatsFromARegistryWithATokenServiceAndTheTokenIsNowhere() throws Exception {
    Image image = Image.of(41, 64 << 10, 2 << 20);
    guarded.push("team/guarded", "v1", image);
    String password = "staple-of-the-lab-55d0";
    String token = guarded.guard(USER + ":" + password);
    String url = guarded.url() + "/v2/team/guarded/manifests/v1";
    Commands.Outcome done = preheatByDfctl(url, password);
    assertDone(done, image);

    String wrong = "wrong-staple-2b18";
    Commands.Outcome refused = preheatByDfctl(url, wrong);
    assertThat(refused.exit()).as(refused.said()).isNotZero();
    assertThat(refused.said()).contains("incorrect username or password");
    assertNowhere(
        "token service", done, List.of(password, token, basic(USER + ":" + password), wrong));
  }

  @Test
  void harborSeesItsPreheatSucceed() throws Exception {
    Image image = Image.of(51, 64 << 10, 2 << 20);
    restricted.push("library/harbor", "v1", image);
    HarborDriver harbor = new HarborDriver(client);
    harbor.checkHealth();
    long id =
        harbor.preheat(
            restricted.url() + "/v2/library/harbor/manifests/v1", "Basic " + basic(LOGIN));
    List<HarborDriver.Row> table = harbor.follow(id);

    assertThat(table)
        .hasSameSizeAs(image.blobs().keySet())
        .allMatch(row ->
            row.hostname().equals("seed-0")
                && row.ip().equals("127.0.0.1")
                && row.clusterId() == 1
                && row.state().equals("SUCCESS"));
    assertThat(table)
        .extracting(row -> row.blobUrl().replaceAll(".*/", ""))
        .containsExactlyInAnyOrderElementsOf(image.blobs().keySet());
    leaks.assertNone(List.of(PASSWORD, basic(LOGIN)));
    System.out.printf("harbor: state=SUCCESS polls=%d rows=%d%n", harbor.polls(), table.size());
  }

  /** Every content of the images on every ordinary peer. */
  private static List<String> everywhere(String repository, List<Image> images) {
    return everyBlob(images).keySet().stream()
        .map(digest -> "%s/v2/%s/blobs/%s on ".formatted(registry.url(), repository, digest))
        .flatMap(content -> PEERS.stream().map(peer -> content + peer))
        .toList();
  }

  private static Map<String, byte[]> everyBlob(List<Image> images) {
    Map<String, byte[]> all = new LinkedHashMap<>();
    images.forEach(image -> all.putAll(image.blobs()));
    return all;
  }

  private static void pullOnTwoNodes(String image, List<Image> parts, String... options) {
    for (int node = 0; node < 2; node++) {
      Path home = folder.resolve(image.replaceAll("\\W", "-") + node);
      try (Containerd runtime = new Containerd(home)) {
        runtime.hosts(registry.url(), Optional.of("http://" + cluster.peer(node).proxy()));
        Commands.Outcome pull = runtime.pull(image, Optional.empty(), options);
        assertThat(pull.exit()).as(pull.said()).isZero();
        for (Image part : parts) {
          assertThat(runtime.content()).containsAll(part.blobs().keySet()).contains(part.digest());
        }
      }
    }
  }

  private static Commands.Outcome preheatByDfctl(String url, String password) throws Exception {
    Path file = Files.writeString(folder.resolve("registry-password"), password);
    return dfctl.run(
        "preheat",
        url,
        "--scope",
        "all_peers",
        "--username",
        USER,
        "--registry-password-file",
        file.toString());
  }

  private static void assertDone(Commands.Outcome outcome, Image image) {
    assertThat(outcome.exit()).as(outcome.said()).isZero();
    for (String digest : image.blobs().keySet()) {
      PEERS.forEach(
          peer -> assertThat(outcome.said()).containsPattern("done .*" + digest + " on " + peer));
    }
  }

  private static void assertNowhere(String what, Commands.Outcome done, List<String> secrets)
      throws Exception {
    String jobs = client.jobs();
    secrets.forEach(secret -> assertThat(jobs).doesNotContain(secret));
    long read = leaks.assertNone(secrets) + jobs.length();
    System.out.printf(
        "dfctl preheat of a private image (%s): exit=%d seconds=%.1f secrets=%d bytes_read=%d found=0%n",
        what, done.exit(), done.seconds(), secrets.size(), read);
  }

  private static String basic(String login) {
    return Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }
}
