package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.Folders;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.Nginx;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.registry.Image;
import dev.dragonfly.registry.LabRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A cached blob through the proxy beside the same file from nginx, in turns, on a kept connection
 * as runtimes ask, and on a new one for each request: one request at a time (time to the first
 * byte, bytes per second) and several at a time (requests per second, delays, processor time).
 */
@Command(
    name = "proxy",
    mixinStandardHelpOptions = true,
    description = "Cached blobs through the proxy, beside nginx.",
    footerHeading = "%nExample:%n",
    footer = "  ./dragonfly bench proxy --rounds 15")
final class ProxyBench implements Callable<Integer> {
  private static final String REPOSITORY = "bench/blob";
  private static final int SLICES = 5;

  @Option(
      names = "--rounds",
      description = "Requests of each kind. Default: ${DEFAULT-VALUE}.",
      defaultValue = "15")
  private int rounds;

  @Option(
      names = "--warm-up",
      description =
          "Seconds of requests before each kind is measured: a daemon that has run for a while"
              + " is compiled. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private int warmUpSeconds;

  @Option(
      names = "--connections",
      description = "Connections that ask at the same time. Default: ${DEFAULT-VALUE}.",
      defaultValue = "8")
  private int connections;

  @Option(
      names = "--seconds",
      description =
          "How long they ask one server before they ask the other. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private int seconds;

  @Option(
      names = "--bytes",
      description = "Lengths of blobs, with commas between. Default: ${DEFAULT-VALUE}.",
      split = ",",
      defaultValue = "10240,4194304,209715200")
  private int[] lengths = {};

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("dragonfly-bench-");
    try (LabRegistry registry = new LabRegistry();
        Nginx nginx = new Nginx(folder);
        LocalCluster cluster = LocalCluster.start(ClusterSettings.ofPeers(1))) {
      System.out.println("min / median / max");
      for (int length : lengths) {
        measure(length, registry, nginx, cluster.peer(0));
      }
      return 0;
    } finally {
      Folders.delete(folder);
    }
  }

  private void measure(int length, LabRegistry registry, Nginx nginx, PeerNode peer)
      throws IOException {
    Image image = Image.of(length, length);
    registry.push(REPOSITORY, "v1", image);
    String digest =
        image.blobs().entrySet().stream()
            .filter(blob -> blob.getValue().length == length)
            .findFirst()
            .orElseThrow()
            .getKey();
    Files.write(nginx.www().resolve("blob"), image.blobs().get(digest));
    BlobServer ours =
        new BlobServer(
            URI.create("http://" + peer.proxy() + "/v2/" + REPOSITORY + "/blobs/" + digest),
            "X-Dragonfly-Registry: " + registry.url() + "\r\n",
            length,
            peer.process().pid());
    BlobServer theirs = new BlobServer(URI.create(nginx.url("/blob")), "", length, nginx.pid());
    for (boolean keeps : new boolean[] {true, false}) {
      System.out.printf("%9d bytes, %s%n", length, keeps ? "kept connections" : "new connections");
      try (BlobClient one = new BlobClient(ours, keeps);
          BlobClient other = new BlobClient(theirs, keeps);
          BlobLoad many = new BlobLoad(ours, connections, keeps);
          BlobLoad others = new BlobLoad(theirs, connections, keeps)) {
        many.run(Duration.ofSeconds(warmUpSeconds)); // More requests than one at a time would be.
        others.run(Duration.ofSeconds(1));
        oneAtATime(length, one, other);
        manyAtATime(many, others);
      }
    }
  }

  private void oneAtATime(int length, BlobClient ours, BlobClient theirs) throws IOException {
    Figures ourFirst = new Figures();
    Figures theirFirst = new Figures();
    Figures ourRate = new Figures();
    Figures theirRate = new Figures();
    for (int i = 0; i < rounds; i++) {
      BlobClient.Timing one = ours.get();
      BlobClient.Timing other = theirs.get();
      ourFirst.add(one.first());
      theirFirst.add(other.first());
      ourRate.add(length / one.last() / 1e3);
      theirRate.add(length / other.last() / 1e3);
    }
    System.out.printf(
        "  first byte: proxy %s, nginx %s%n", ourFirst.text("ms"), theirFirst.text("ms"));
    System.out.printf(
        "  rate:       proxy %s, nginx %s; ratio of medians %.2f%n",
        ourRate.text("MB/s"), theirRate.text("MB/s"), ourRate.median() / theirRate.median());
  }

  private void manyAtATime(BlobLoad ours, BlobLoad theirs) throws IOException {
    Duration slice = Duration.ofSeconds(seconds);
    Load our = new Load();
    Load their = new Load();
    Figures ratios = new Figures();
    for (int i = 0; i < SLICES; i++) {
      ratios.add(our.add(ours.run(slice)) / their.add(theirs.run(slice)));
    }
    System.out.printf(
        "  %d at a time: proxy %s%n                nginx %s%n                ratio %.2f%n",
        connections, our.text(), their.text(), ratios.median());
  }

  /** What came of the slices of one server. */
  private static final class Load {
    private final Figures perSecond = new Figures();
    private final Figures medians = new Figures();
    private final Figures late = new Figures();
    private final Figures processor = new Figures();

    double add(BlobLoad.Outcome slice) {
      perSecond.add(slice.perSecond());
      medians.add(slice.median());
      late.add(slice.late());
      processor.add(slice.processorMicros());
      return slice.perSecond();
    }

    String text() {
      return String.format(
          Locale.ROOT,
          "%s, p50 %.2f, p99 %.2f ms, %.0f us of processor each",
          perSecond.text("/s"),
          medians.median(),
          late.median(),
          processor.median());
    }
  }
}
