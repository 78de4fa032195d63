package dev.dragonfly.bench;

import static dev.dragonfly.bench.StartTimes.millisSince;

import dev.dragonfly.cluster.ClusterException;
import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.Home;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.ServiceProcess;
import dev.dragonfly.cluster.TestOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How soon services serve after they were started, how long small downloads take from beginning to
 * end, and how much memory a daemon has resident after large transfers.
 */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Start of all services, small downloads, memory after a large one.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./dragonfly bench start --rounds 9",
      "  ./dragonfly bench start --only downloads",
      "  ./dragonfly bench start --json"
    })
final class StartBench implements Callable<Integer> {
  private static final long LENGTH = 1L << 30;
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int UP_SECONDS = 180;

  @Option(
      names = "--rounds",
      description = "Times of each. Default: ${DEFAULT-VALUE}.",
      defaultValue = "5")
  private int rounds;

  @Option(names = "--json", description = "One last line of JSON on stdout, all else on stderr.")
  private boolean json;

  @Option(
      names = "--only",
      description =
          "What is measured, with commas between: ${COMPLETION-CANDIDATES}. Default: all.",
      split = ",")
  private Set<Part> parts = EnumSet.allOf(Part.class);

  @Option(
      names = "--warm-up",
      description =
          "Downloads before the small ones are measured: a daemon that has run for a while is"
              + " compiled. Default: ${DEFAULT-VALUE}.",
      defaultValue = "40")
  private int warmUps;

  /** What can be measured by itself. */
  private enum Part {
    UP,
    SERVICES,
    DOWNLOADS,
    MEMORY
  }

  @Override
  public Integer call() throws Exception {
    StartTimes times = new StartTimes(json, rounds);
    if (parts.contains(Part.UP)) {
      times.measure("up_ms", "whole up with 3 peers", round -> up());
    }
    if (!parts.equals(EnumSet.of(Part.UP))) {
      inCluster(times);
    }
    times.end();
    return 0;
  }

  private void inCluster(StartTimes times) throws Exception {
    try (LocalCluster cluster = LocalCluster.start(ClusterSettings.ofPeers(3))) {
      if (parts.contains(Part.SERVICES)) {
        services(cluster, times);
      }
      if (parts.contains(Part.DOWNLOADS)) {
        new FirstBytes(cluster).measure(times, warmUps);
      }
      if (parts.contains(Part.MEMORY)) {
        memory(cluster, times);
      }
    }
  }

  /** The command until it says that all is ready, which includes its check of itself. */
  private static double up() throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(Home.find().script().toString(), "up", "--json")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      if (process.inputReader().readLine() == null) {
        throw new ClusterException("./dragonfly up ended before it was ready");
      }
      return millisSince(start);
    } finally {
      process.destroy();
      process.waitFor(UP_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static void services(LocalCluster cluster, StartTimes times) throws Exception {
    PeerNode node = cluster.peer(2);
    times.measure(
        "daemon_ready_ms",
        "daemon, exec to serving",
        round -> {
          node.process().stop();
          long start = System.nanoTime();
          cluster.restart(node);
          return millisSince(start);
        });
    times.measure(
        "scheduler_ready_ms",
        "scheduler, exec to serving",
        round -> {
          cluster.scheduler().stop();
          long start = System.nanoTime();
          cluster.restartScheduler();
          return millisSince(start);
        });
    times.measure(
        "manager_ready_ms",
        "manager, exec to serving",
        round -> {
          long start = System.nanoTime();
          ServiceProcess manager = cluster.startManager("manager-" + round);
          double millis = millisSince(start);
          manager.stop();
          return millis;
        });
    cluster.revive(); // All daemons have found the scheduler again.
  }

  private static void memory(LocalCluster cluster, StartTimes times) throws IOException {
    times.add("rss_mib_before", resident(cluster.peer(2)));
    try (TestOrigin origin = new TestOrigin()) {
      String url = origin.file("/large", LENGTH);
      Path output = cluster.folder().resolve("large");
      for (int i = 1; i <= 2; i++) {
        PeerNode node = cluster.peer(i);
        long start = System.nanoTime();
        node.get(url, output, LIMIT);
        double seconds = millisSince(start) / 1e3;
        Files.delete(output);
        times.say(
            String.format(
                Locale.ROOT,
                "peer %d: 1 GiB in %.1f s (%.0f MB/s), then resident %d MiB, peak %d MiB",
                i,
                seconds,
                LENGTH / seconds / 1e6,
                resident(node),
                Machine.mebibytes(node.process().pid(), "VmHWM:")));
      }
    }
    times.add("rss_mib_after", resident(cluster.peer(2)));
    times.add("rss_mib_seed", resident(cluster.seed()));
    times.say("seed resident: " + resident(cluster.seed()) + " MiB");
  }

  private static long resident(PeerNode node) {
    return Machine.mebibytes(node.process().pid(), "VmRSS:");
  }
}
