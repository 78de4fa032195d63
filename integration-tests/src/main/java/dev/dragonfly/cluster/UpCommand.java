package dev.dragonfly.cluster;

import dev.dragonfly.common.config.DataSize;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the whole system on this machine, for people, for scripts, or to check itself. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts PostgreSQL, Redis, manager, scheduler, seed peer and daemons on this machine.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./dragonfly up",
      "  ./dragonfly up --peers 5 --data /tmp/dragonfly",
      "  ./dragonfly up --check --peers 3 --size 256MiB",
      "  ./dragonfly up --check --size 256MiB --seed-rate 20MiB"
    })
final class UpCommand implements Callable<Integer> {
  private static final String SELF_CHECK = "/self-check.bin";
  private static final long SELF_CHECK_BYTES = 8L << 20;

  @Option(names = "--peers", paramLabel = "N", description = "Ordinary daemons. Default: 3.")
  private int peers = 3;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keep everything there. Default: a temporary folder, removed at the end.")
  private @Nullable Path data;

  @Option(names = "--json", description = "When all is ready, one line of JSON on stdout.")
  private boolean json;

  @Option(
      names = "--check",
      description =
          "Let all peers fetch one file at the same time, print one line of JSON and end.")
  private boolean check;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "Size of the file for --check. Default: 256MiB.")
  private @Nullable String size;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Fetch this with --check, instead of a file of our own.")
  private @Nullable String url;

  @Option(
      names = "--seed-rate",
      paramLabel = "RATE",
      description = "What the seed may send per second, for example 20MiB.")
  private @Nullable String seedRate;

  @Override
  public Integer call() throws InterruptedException {
    PrintStream talk = json || check ? System.err : System.out;
    ClusterSettings settings;
    long bytes;
    try {
      bytes = DataSize.parse(size == null ? "256MiB" : size).bytes();
      settings = settings();
    } catch (IllegalArgumentException e) {
      System.err.println("dragonfly: " + e.getMessage());
      return 2;
    }
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(told, closed), "stop"));
    long start = System.nanoTime();
    talk.println(
        "starting PostgreSQL, Redis, manager, scheduler, 1 seed peer and "
            + peers
            + " daemons ...");
    try (LocalCluster cluster = LocalCluster.start(settings);
        ClusterFile file = ClusterFile.write(cluster)) {
      talk.printf("ready after %.1f s%n", (System.nanoTime() - start) / 1e9);
      if (check) {
        return check(cluster, bytes);
      }
      selfCheck(cluster, talk);
      if (json) {
        System.out.println(ClusterFile.json(cluster));
      } else {
        Welcome.print(cluster, System.out);
      }
      told.await();
      talk.println("stopping ...");
      return 0;
    } catch (ClusterException e) {
      System.err.println("dragonfly: " + e.getMessage());
      return 1;
    } finally {
      closed.countDown();
    }
  }

  private ClusterSettings settings() {
    if (peers < 1 || peers > 100) {
      throw new IllegalArgumentException("--peers must be 1 to 100, got " + peers);
    }
    long rate = seedRate == null ? 0 : DataSize.parse(seedRate).bytes();
    return ClusterSettings.ofPeers(peers)
        .in(Optional.ofNullable(data).map(dir -> dir.toAbsolutePath().normalize()))
        .withSeedRate(rate);
  }

  private static void stopAndWait(CountDownLatch told, CountDownLatch closed) {
    told.countDown();
    try {
      closed.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int check(LocalCluster cluster, long bytes) {
    if (url != null) {
      System.out.println(new SwarmCheck(cluster).run(url).toJson());
      return 0;
    }
    try (TestOrigin origin = new TestOrigin()) {
      String path = "/check.bin";
      SwarmCheck.Result result = new SwarmCheck(cluster).run(origin.file(path, bytes));
      boolean right =
          result.sha256().equals(origin.sha256(path))
              && result.deliveredBytes() == peers * bytes
              && result.originBytes() == origin.sent(path);
      if (!right) {
        System.err.printf(
            "dragonfly: the check failed: expected sha256 %s, %d bytes delivered, %d bytes from the origin%n",
            origin.sha256(path), peers * bytes, origin.sent(path));
      }
      System.out.println(result.toJson());
      return right ? 0 : 1;
    }
  }

  private static void selfCheck(LocalCluster cluster, PrintStream talk) {
    try (TestOrigin origin = new TestOrigin()) {
      SwarmCheck.Result result =
          new SwarmCheck(cluster).run(origin.file(SELF_CHECK, SELF_CHECK_BYTES));
      if (!result.sha256().equals(origin.sha256(SELF_CHECK))) {
        throw new ClusterException("the self-check got wrong bytes: " + result.toJson());
      }
      talk.printf(
          "self-check: 8 MiB to %d peers in %.1f s; the origin was read %.2f times%n",
          result.peers(), result.seconds(), (double) result.originBytes() / SELF_CHECK_BYTES);
    }
  }
}
