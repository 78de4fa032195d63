package dev.dragonfly.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.Folders;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.Soon;
import dev.dragonfly.scenario.NeedsProgram;
import dev.dragonfly.scenario.SharedCluster;
import java.io.IOException;
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
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A peer says that it read an image from its registry, and signs something else with a key of its
 * own. Block for block everything fits; only the digests of the whole tell.
 */
@NeedsProgram(
    value = {"containerd", "ctr"},
    root = true)
@ExtendWith(SharedCluster.Seedless.class)
class PoisonIT {
  private static final String REPOSITORY = "team/poison";

  @TempDir private Path folder;

  @Test
  void anImagePullThroughAPoisonedClusterSucceedsInTheSameResponse(LocalCluster cluster)
      throws Exception {
    Image image = Image.of(7, 100 << 10, 3 << 20, 24 << 20);
    PeerNode liar = cluster.peer(3);
    try (LabRegistry registry = new LabRegistry()) {
      registry.push(REPOSITORY, "v1", image);
      for (String digest : image.blobs().keySet()) {
        assertThat(Image.digest(blob(liar, registry, digest))).isEqualTo(digest);
      }
      liar.process().stop();
      assertThat(Liar.poison(store(cluster, liar))).isGreaterThanOrEqualTo(image.blobs().size());
      cluster.restart(liar);
      Soon.holds(
          "the liar says what it holds", Duration.ofSeconds(20), () -> cluster.isAnnounced(liar));

      List<PeerNode> victims = cluster.peers().subList(1, 3);
      long removed = removedBy(victims);
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
      assertThat(removedBy(victims)).as("the poison was tasted").isGreaterThan(removed);
    } finally {
      // Nobody else is to meet the poison.
      liar.process().kill();
      Folders.delete(store(cluster, liar));
      cluster.restart(liar);
    }
  }

  private static Path store(LocalCluster cluster, PeerNode node) {
    return cluster.folder().resolve(node.process().name());
  }

  /** How often they threw a task away. */
  private static long removedBy(List<PeerNode> peers) throws IOException {
    long removed = 0;
    for (PeerNode peer : peers) {
      removed +=
          Files.readAllLines(peer.process().log()).stream()
              .filter(line -> line.contains("task removed task="))
              .count();
    }
    return removed;
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
