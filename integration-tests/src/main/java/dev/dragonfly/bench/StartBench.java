package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.TestOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How soon a daemon serves, and how much memory it has resident after a large transfer. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = "Start of a daemon, and its memory after a large transfer.",
    footerHeading = "%nExample:%n",
    footer = "  ./dragonfly bench start --rounds 9")
final class StartBench implements Callable<Integer> {
  private static final long LENGTH = 1L << 30;

  @Option(
      names = "--rounds",
      description = "Starts. Default: ${DEFAULT-VALUE}.",
      defaultValue = "9")
  private int rounds;

  @Override
  public Integer call() throws IOException {
    long begin = System.nanoTime();
    try (LocalCluster cluster = LocalCluster.start(ClusterSettings.ofPeers(3));
        TestOrigin origin = new TestOrigin()) {
      System.out.printf("cluster of 3 peers ready: %.1f s%n", (System.nanoTime() - begin) / 1e9);
      PeerNode node = cluster.peer(2);
      Figures starts = new Figures();
      for (int i = 0; i < rounds; i++) {
        node.process().stop();
        long start = System.nanoTime();
        cluster.restart(node);
        starts.add((System.nanoTime() - start) / 1e6);
      }
      System.out.println("daemon, exec to serving (min / median / max): " + starts.text("ms"));
      System.out.println("resident before: " + resident(node) + " MiB");
      String url = origin.file("/large", LENGTH);
      Path output = cluster.folder().resolve("large");
      long start = System.nanoTime();
      cluster.peer(0).get(url, output, Duration.ofMinutes(10));
      report("first peer", cluster.peer(0), start);
      Files.delete(output);
      start = System.nanoTime();
      node.get(url, output, Duration.ofMinutes(10));
      report("second peer", node, start);
      System.out.println("seed resident: " + resident(cluster.seed()) + " MiB");
      return 0;
    }
  }

  private static void report(String who, PeerNode node, long start) throws IOException {
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%s: 1 GiB in %.1f s (%.0f MB/s), then resident %d MiB, peak %d MiB%n",
        who, seconds, LENGTH / seconds / 1e6, resident(node), status(node, "VmHWM:"));
  }

  private static long resident(PeerNode node) throws IOException {
    return status(node, "VmRSS:");
  }

  /** A line of proc(5) status, in MiB. */
  private static long status(PeerNode node, String key) throws IOException {
    Path status = Path.of("/proc", Long.toString(node.process().pid()), "status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
