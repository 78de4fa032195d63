package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.Folders;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.Nginx;
import dev.dragonfly.registry.Image;
import dev.dragonfly.registry.LabRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A cached blob through the proxy beside the same file from nginx, in turns, on a kept connection
 * as runtimes ask, and on a new one for each request: time to the first byte, and bytes per second.
 */
@Command(
    name = "proxy",
    mixinStandardHelpOptions = true,
    description = "Cached blobs through the proxy, beside nginx.",
    footerHeading = "%nExample:%n",
    footer = "  ./dragonfly bench proxy --rounds 15")
final class ProxyBench implements Callable<Integer> {
  private static final String REPOSITORY = "bench/blob";
  private static final int[] LENGTHS = {10 << 10, 4 << 20, 200 << 20};

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

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("dragonfly-bench-");
    try (LabRegistry registry = new LabRegistry();
        Nginx nginx = new Nginx(folder);
        LocalCluster cluster = LocalCluster.start(ClusterSettings.ofPeers(1))) {
      System.out.println("min / median / max");
      for (int length : LENGTHS) {
        measure(length, registry, nginx, cluster.peer(0).proxy());
      }
      return 0;
    } finally {
      Folders.delete(folder);
    }
  }

  private void measure(int length, LabRegistry registry, Nginx nginx, String proxy)
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
    URI cached = URI.create("http://" + proxy + "/v2/" + REPOSITORY + "/blobs/" + digest);
    URI plain = URI.create(nginx.url("/blob"));
    String header = "X-Dragonfly-Registry: " + registry.url() + "\r\n";
    for (boolean keeps : new boolean[] {true, false}) {
      try (BlobClient ours = new BlobClient(cached, header, length, keeps);
          BlobClient theirs = new BlobClient(plain, "", length, keeps)) {
        compare(length, keeps, ours, theirs);
      }
    }
  }

  private void compare(int length, boolean keeps, BlobClient ours, BlobClient theirs)
      throws IOException {
    long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(warmUpSeconds);
    while (System.nanoTime() < warm) {
      ours.get();
      theirs.get();
    }
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
    System.out.printf("%9d bytes, %s connection%n", length, keeps ? "kept" : "new");
    System.out.printf(
        "  first byte: proxy %s, nginx %s%n", ourFirst.text("ms"), theirFirst.text("ms"));
    System.out.printf(
        "  rate:       proxy %s, nginx %s; ratio of medians %.2f%n",
        ourRate.text("MB/s"), theirRate.text("MB/s"), ourRate.median() / theirRate.median());
  }
}
