package dev.dragonfly.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.scenario.Dfctl;
import dev.dragonfly.scenario.JobClient;
import dev.dragonfly.scenario.NeedsProgram;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Images are preheated by those who do so, and pulled by a real runtime from real registries. */
@NeedsProgram(
    value = {"containerd", "ctr", "docker-registry", "htpasswd"},
    root = true)
class PreheatImageIT {
  private static final Integer[] LAYERS = {1 << 10, 100 << 10, 3 << 20, 8 << 20, 20 << 20};
  private static final Image AMD = Image.ofArchitecture("amd64", 11, LAYERS);
  private static final Image ARM = Image.ofArchitecture("arm64", 21, LAYERS);
  private static final String USER = "alice";
  private static final String PASSWORD = "correct-horse-7f3a";
  private static final String LOGIN = USER + ":" + PASSWORD;
  private static final List<String> PEERS = List.of("peer-0", "peer-1");

  private static DockerRegistry registry;
  private static DockerRegistry restricted;
  private static LabRegistry guarded;
  private static LocalCluster cluster;
  private static JobClient client;
  private static Dfctl dfctl;

  @TempDir private static Path folder;

  @BeforeAll
  static void start() {
    registry = new DockerRegistry(folder.resolve("registry"), Optional.empty());
    restricted = new DockerRegistry(folder.resolve("restricted"), Optional.of(LOGIN));
    guarded = new LabRegistry();
    cluster =
        LocalCluster.start(
            ClusterSettings.ofPeers(2).withRegistries(Map.of(Containerd.REGISTRY, registry.url())));
    client = JobClient.of(cluster.manager());
    dfctl = new Dfctl(client, folder);
  }

  @AfterAll
  static void stop() {
    cluster.close();
    guarded.close();
    restricted.close();
    registry.close();
  }

  @Test
  void afterAPreheatOfOnePlatformNodesPullWithoutTheRegistry() {
    registry.push("team/one", "v1", List.of(AMD, ARM));
    long start = System.nanoTime();
    JsonNode job = preheated("team/one", "linux/amd64");
    double seconds = seconds(start);

    assertThat(JobClient.contents(job, "success_tasks"))
        .containsExactlyInAnyOrderElementsOf(everywhere("team/one", AMD));
    assertThat(JobClient.contents(job, "failure_tasks")).isEmpty();
    long before = registry.gets("/blobs/");
    pullOnTwoNodes("team/one:v1", Set.of(AMD), "--platform", "linux/amd64");
    assertThat(registry.gets("/blobs/") - before).as("blobs that nodes asked for").isZero();
    System.out.printf(
        "preheat of one platform: layers=5 peers=2 seconds=%.1f blob_gets_of_pulls=%d%n",
        seconds, registry.gets("/blobs/") - before);
  }

  @Test
  void afterAPreheatOfAllPlatformsSoDoNodesThatWantAll() {
    registry.push("team/all", "v1", List.of(AMD, ARM));
    long start = System.nanoTime();
    JsonNode job = preheated("team/all", "all");
    double seconds = seconds(start);

    Set<String> expected = new LinkedHashSet<>(everywhere("team/all", AMD));
    expected.addAll(everywhere("team/all", ARM));
    assertThat(JobClient.contents(job, "success_tasks"))
        .containsExactlyInAnyOrderElementsOf(expected);
    long blobs = registry.gets("/blobs/");
    long manifests = registry.gets("/team/all/manifests/");
    pullOnTwoNodes("team/all:v1", Set.of(AMD, ARM), "--all-platforms");
    assertThat(registry.gets("/blobs/") - blobs).as("blobs that nodes asked for").isZero();
    System.out.printf(
        "preheat of all platforms: layers=10 peers=2 seconds=%.1f blob_gets_of_pulls=%d manifest_gets_of_pulls=%d%n",
        seconds,
        registry.gets("/blobs/") - blobs,
        registry.gets("/team/all/manifests/") - manifests);
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
    new Leaks(cluster).assertNone(List.of(PASSWORD, basic(LOGIN)));
    System.out.printf("harbor: state=SUCCESS polls=%d rows=%d%n", harbor.polls(), table.size());
  }

  private static JsonNode preheated(String repository, String platform) {
    long id =
        client.start(
            """
            {"type": "preheat", "args": {"type": "image", "url": "%s/v2/%s/manifests/v1",
             "platform": "%s", "scope": "all_peers"}}
            """
                .formatted(registry.url(), repository, platform));
    return client.succeeded(id);
  }

  /** Every content of the image on every ordinary peer. */
  private static List<String> everywhere(String repository, Image image) {
    List<String> all = new ArrayList<>();
    for (String peer : PEERS) {
      image
          .blobs()
          .keySet()
          .forEach(digest ->
              all.add(
                  "%s/v2/%s/blobs/%s on %s".formatted(registry.url(), repository, digest, peer)));
    }
    return all;
  }

  private static void pullOnTwoNodes(String image, Set<Image> parts, String... options) {
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
    long read = new Leaks(cluster).assertNone(secrets) + jobs.length();
    System.out.printf(
        "dfctl preheat of a private image (%s): exit=%d seconds=%.1f secrets=%d characters_read=%d found=0%n",
        what, done.exit(), done.seconds(), secrets.size(), read);
  }

  private static String basic(String login) {
    return Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
