package dev.dragonfly.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.Programs;
import dev.dragonfly.scenario.NeedsProgram;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real runtimes pull from a real registry through the proxies of two daemons. */
@NeedsProgram(
    value = {"containerd", "ctr", "docker-registry", "htpasswd", "skopeo"},
    root = true)
class ImagePullIT {
  private static final Integer[] LAYERS = {1 << 10, 100 << 10, 3 << 20, 40 << 20, 200 << 20};
  private static final Image LARGE = Image.of(1, LAYERS);
  private static final String LOGIN = "alice:secret";

  private static DockerRegistry registry;
  private static DockerRegistry restricted;
  private static LocalCluster cluster;

  @TempDir private static Path folder;

  @BeforeAll
  static void start() {
    registry = new DockerRegistry(folder.resolve("registry"), Optional.empty());
    restricted = new DockerRegistry(folder.resolve("restricted"), Optional.of(LOGIN));
    cluster =
        LocalCluster.start(
            ClusterSettings.ofPeers(2).withRegistries(Map.of(Containerd.REGISTRY, registry.url())));
    registry.push("team/large", "v1", LARGE);
  }

  @AfterAll
  static void stop() {
    cluster.close();
    restricted.close();
    registry.close();
  }

  private static void assertSentOnce(Image image) {
    image
        .blobs()
        .forEach((digest, bytes) -> assertThat(registry.sent(digest)).isEqualTo(bytes.length));
  }

  private static Optional<String> proxy(int peer) {
    return Optional.of("http://" + cluster.peer(peer).proxy());
  }

  private static Containerd node(String name) {
    return new Containerd(folder.resolve(name));
  }

  @Test
  void twoNodesPullAndTheRegistryGivesEachBlobOnce() {
    try (Containerd first = node("n1").hosts(registry.url(), proxy(0));
        Containerd second = node("n2").hosts(registry.url(), proxy(1))) {
      Commands.Outcome one = first.pull("team/large:v1", Optional.empty());
      assertThat(one.exit()).as(one.said()).isZero();
      long before = registry.sent("");

      Commands.Outcome two = second.pull("team/large:v1", Optional.empty());

      assertThat(two.exit()).as(two.said()).isZero();
      assertThat(second.content()).containsAll(LARGE.blobs().keySet()).contains(LARGE.digest());
      assertSentOnce(LARGE);
      assertThat(registry.sent(LARGE.digest())).isLessThanOrEqualTo(LARGE.manifest().length);
      assertThat(registry.sent("") - before).as("bytes for the second node").isZero();
      System.out.printf(
          "image of 243 MiB: first node %.1f s, second node %.1f s%n",
          one.seconds(), two.seconds());
    }
  }

  @Test
  void withTheDaemonStoppedThePullGoesToTheRegistry() {
    registry.push("team/fallback", "v1", LARGE);
    try (Containerd direct = node("n3").hosts(registry.url(), Optional.empty());
        Containerd mirrored =
            node("n4")
                .hosts(registry.url(), Optional.of("http://127.0.0.1:" + Daemon.freePort()))) {
      Commands.Outcome plain = direct.pull("team/fallback:v1", Optional.empty());
      Commands.Outcome fallback = mirrored.pull("team/fallback:v1", Optional.empty());

      assertThat(plain.exit()).as(plain.said()).isZero();
      assertThat(fallback.exit()).as(fallback.said()).isZero();
      System.out.printf(
          "image of 243 MiB: direct %.1f s, daemon stopped %.1f s%n",
          plain.seconds(), fallback.seconds());
    }
  }

  @Test
  void aCachedPrivateBlobIsOnlyForThoseWhoMayReadIt() throws Exception {
    Image image = Image.of(3, 64 << 10, 6 << 20);
    restricted.push("team/private", "v1", image);
    try (Containerd alice = node("n5").hosts(restricted.url(), proxy(0));
        Containerd mallory = node("n6").hosts(restricted.url(), proxy(0));
        Containerd nobody = node("n7").hosts(restricted.url(), proxy(0))) {
      Commands.Outcome allowed = alice.pull("team/private:v1", Optional.of(LOGIN));
      assertThat(allowed.exit()).as(allowed.said()).isZero();

      assertThat(mallory.pull("team/private:v1", Optional.of("mallory:guess")).exit()).isNotZero();
      assertThat(nobody.pull("team/private:v1", Optional.empty()).exit()).isNotZero();
    }
    for (String digest : image.blobs().keySet()) {
      HttpResponse<Void> blob =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(proxy(0).orElseThrow() + "/v2/team/private/blobs/" + digest))
                      .header("X-Dragonfly-Registry", restricted.url())
                      .build(),
                  HttpResponse.BodyHandlers.discarding());
      assertThat(blob.statusCode()).isIn(401, 403);
    }
  }

  @Test
  void twoRegistriesMayHaveTheSameRepository() {
    Image here = Image.of(4, 2 << 20);
    Image there = Image.of(5, 2 << 20);
    registry.push("team/same", "v1", here);
    restricted.push("team/same", "v1", there);
    try (Containerd one = node("n8").hosts(registry.url(), proxy(0));
        Containerd two = node("n9").hosts(restricted.url(), proxy(0))) {
      assertThat(one.pull("team/same:v1", Optional.empty()).exit()).isZero();
      assertThat(two.pull("team/same:v1", Optional.of(LOGIN)).exit()).isZero();

      assertThat(one.content()).contains(here.digest()).doesNotContain(there.digest());
      assertThat(two.content()).contains(there.digest()).doesNotContain(here.digest());
    }
  }

  @Test
  void skopeoPullsByThePathPrefixOfTheRegistry() {
    Image image = Image.of(6, 1 << 20, 9 << 20);
    registry.push("team/skopeo", "v1", image);
    for (int peer = 0; peer < 2; peer++) {
      Commands.Outcome copied =
          Commands.run(
              List.of(
                  Programs.find("skopeo").orElseThrow().toString(),
                  "copy",
                  "--insecure-policy",
                  "--src-tls-verify=false",
                  "docker://%s/%s/team/skopeo:v1"
                      .formatted(cluster.peer(peer).proxy(), Containerd.REGISTRY),
                  "dir:" + folder.resolve("skopeo-" + peer)));
      assertThat(copied.exit()).as(copied.said()).isZero();
    }
    assertSentOnce(image);
  }
}
