package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterException;
import dev.dragonfly.cluster.Home;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.TestOrigin;
import dev.dragonfly.registry.LabRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Small downloads from beginning to end: by the whole dfget command with the start of its JVM, and
 * through the proxy. What a round asks for is new to the cluster.
 */
final class FirstBytes {
  private static final int SMALL = 1 << 10;
  private static final int LARGE = 10 << 20;
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final String REPOSITORY = "bench/first";

  private final LocalCluster cluster;
  private final PeerNode asked;
  private final PeerNode other;
  private int files;

  FirstBytes(LocalCluster cluster) {
    this.cluster = cluster;
    this.asked = cluster.peer(0);
    this.other = cluster.peer(1);
  }

  void measure(StartTimes times, int warmUps) throws Exception {
    try (TestOrigin origin = new TestOrigin();
        LabRegistry registry = new LabRegistry()) {
      for (int i = 0; i < warmUps; i++) {
        proxy(registry, i % 2 == 0 ? SMALL : LARGE, true);
      }
      times.measure("dfget_1kib_ms", "dfget 1 KiB", round -> dfget(origin, SMALL, false));
      times.measure(
          "dfget_10mib_held_ms",
          "dfget 10 MiB held by a peer",
          round -> dfget(origin, LARGE, true));
      times.measure(
          "dfget_10mib_first_ms", "dfget 10 MiB first", round -> dfget(origin, LARGE, false));
      times.measure("proxy_1kib_ms", "proxy 1 KiB", round -> proxy(registry, SMALL, false));
      times.measure(
          "proxy_10mib_held_ms",
          "proxy 10 MiB held by a peer",
          round -> proxy(registry, LARGE, true));
      times.measure(
          "proxy_10mib_first_ms", "proxy 10 MiB first", round -> proxy(registry, LARGE, false));
    }
  }

  private double dfget(TestOrigin origin, int length, boolean held)
      throws IOException, InterruptedException {
    String url = origin.file("/first-" + files++, length);
    Path output = cluster.folder().resolve("first");
    if (held) {
      other.get(url, output, LIMIT);
      Files.delete(output);
    }
    ProcessBuilder command =
        new ProcessBuilder(
            List.of(Home.find().script().toString(), "dfget", url, "-O", output.toString()));
    command.environment().put("DRAGONFLY_SOCKET", asked.socket().toString());
    command.redirectErrorStream(true);
    Path said = cluster.folder().resolve("dfget.log");
    command.redirectOutput(said.toFile());
    long start = System.nanoTime();
    Process process = command.start();
    boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
    double millis = StartTimes.millisSince(start);
    process.destroyForcibly();
    if (!ended || process.exitValue() != 0 || Files.size(output) != length) {
      throw new ClusterException("dfget failed: " + Files.readString(said));
    }
    Files.delete(output);
    return millis;
  }

  private double proxy(LabRegistry registry, int length, boolean held) throws IOException {
    byte[] blob = new byte[length];
    new SplittableRandom(files++).nextBytes(blob);
    String digest = registry.push(REPOSITORY, blob);
    if (held) {
      get(other, registry, digest, length);
    }
    return get(asked, registry, digest, length);
  }

  private static double get(PeerNode node, LabRegistry registry, String digest, int length)
      throws IOException {
    URI uri = URI.create("http://" + node.proxy() + "/v2/" + REPOSITORY + "/blobs/" + digest);
    String header = ProxyPlace.REGISTRY + ": " + registry.url() + "\r\n";
    try (BlobClient client =
        new BlobClient(new BlobServer(uri, header, length, node.process().pid()), false)) {
      return client.get().last();
    }
  }
}
