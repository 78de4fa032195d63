package dev.dragonfly.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.Soon;
import dev.dragonfly.scenario.NeedsProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A peer says that it read an image from its registry, and signs something else with a key of its
 * own. Block for block everything fits; only the digests of the whole tell.
 */
@NeedsProgram(
    value = {"containerd", "ctr"},
    root = true)
class PoisonIT {
  private static final String REPOSITORY = "team/poison";
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  @TempDir private Path folder;

  @Test
  void anImagePullThroughAPoisonedClusterSucceedsInTheSameResponse() throws Exception {
    Image image = Image.of(7, 100 << 10, 3 << 20, 24 << 20);
    try (LabRegistry registry = new LabRegistry();
        LocalCluster cluster =
            LocalCluster.start(ClusterSettings.ofPeers(3).withIntervals(INTERVAL, INTERVAL))) {
      registry.push(REPOSITORY, "v1", image);
      cluster.seed().process().stop();
      PeerNode liar = cluster.peer(0);
      for (String digest : image.blobs().keySet()) {
        assertThat(Image.digest(blob(liar, registry, digest))).isEqualTo(digest);
      }
      liar.process().stop();
      assertThat(Liar.poison(cluster.folder().resolve(liar.process().name())))
          .isEqualTo(image.blobs().size());
      cluster.restart(liar);
      Soon.holds(
          "the liar says what it holds", Duration.ofSeconds(20), () -> cluster.isAnnounced(liar));

      List<PeerNode> victims = cluster.peers().subList(1, 3);
      for (PeerNode victim : victims) {
        try (Containerd node = new Containerd(folder.resolve(victim.process().name()))) {
          node.hosts(registry.url(), Optional.of("http://" + victim.proxy()));
          Commands.Outcome pulled = node.pull(REPOSITORY + ":v1", Optional.empty());
          assertThat(pulled.exit()).as(pulled.said()).isZero();
          assertThat(node.content()).containsAll(image.blobs().keySet()).contains(image.digest());
          System.out.printf("poisoned cluster: pull %.1f s%n", pulled.seconds());
        }
        for (String digest : image.blobs().keySet()) {
          assertThat(Image.digest(blob(victim, registry, digest)))
              .as("what %s gives now", victim.process().name())
              .isEqualTo(digest);
        }
      }
      assertThat(victims).as("the poison was tasted").anyMatch(PoisonIT::foundOut);
    }
  }

  private static boolean foundOut(PeerNode peer) {
    try {
      return Files.readString(peer.process().log()).contains("task removed task=");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] blob(PeerNode peer, LabRegistry registry, String digest) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://" + peer.proxy() + "/v2/" + REPOSITORY + "/blobs/" + digest))
                .header("X-Dragonfly-Registry", registry.url())
                .build(),
            HttpResponse.BodyHandlers.ofByteArray())
        .body();
  }
}
