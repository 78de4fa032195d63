package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.ServiceProcess;
import dev.dragonfly.cluster.TestOrigin;
import dev.dragonfly.common.error.DragonflyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What failed is over: nobody goes on with it, and nothing of it stays. */
@ExtendWith(SharedCluster.Healthy.class)
class AtRestIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** Until the failures have been logged. */
  private static final Duration SETTLE = Duration.ofSeconds(5);

  private static final Duration WATCH = Duration.ofSeconds(10);

  /**
   * What is left behind burns in every window; what is still compiled or collected does not. So the
   * quietest window of each service counts.
   */
  private static final int WINDOWS = 10;

  /** The kernel counts the CPU time of processes in hundredths of a second. */
  private static final double TICKS = 100.0;

  /** A core, of which one in a hundred is too much. */
  private static final double SHARE = 0.01;

  /**
   * On a virtual machine that sleeps, to wake takes from a tenth of a millisecond to more than one,
   * whatever is done then, by the hour and by what else the host does. Who wakes this seldom, and
   * does not use what a loop would, is at rest too.
   */
  private static final double WAKES = 60;

  private static final double SHARE_OF_WAKES = 0.05;

  @TempDir private Path folder;

  /** What a service used in a second: of a core, and how often one of its threads woke. */
  private record Use(double share, double wakes) {
    boolean isRest() {
      return share < SHARE || wakes < WAKES && share < SHARE_OF_WAKES;
    }

    Use orLess(Use other) {
      return other.share < share ? other : this;
    }
  }

  @Test
  void afterFiftyDownloadsThatFailedInTenWaysEveryServiceIsAtRest(LocalCluster cluster) {
    List<Long> journals = journals(cluster);
    try (TestOrigin origin = new TestOrigin()) {
      failInTenWays(cluster, origin);
      pause(SETTLE);
      List<ServiceProcess> services =
          List.of(
              cluster.scheduler(),
              cluster.seed().process(),
              cluster.peer(0).process(),
              cluster.peer(1).process());
      List<Long> lines = services.stream().map(service -> lines(service.log())).toList();
      Use[] uses = new Use[services.size()];
      Arrays.fill(uses, new Use(1, WAKES));
      for (int window = 0;
          window < WINDOWS && !Arrays.stream(uses).allMatch(Use::isRest);
          window++) {
        watch(services, uses);
      }
      for (int i = 0; i < services.size(); i++) {
        System.out.printf(
            "at rest: %-12s %.2f %% of a core, %.0f wakes a second, %d log lines%n",
            services.get(i).name(),
            uses[i].share() * 100,
            uses[i].wakes(),
            lines(services.get(i).log()) - lines.get(i));
        assertThat(uses[i]).as(services.get(i).name()).matches(Use::isRest, "at rest");
        assertThat(lines(services.get(i).log()) - lines.get(i))
            .as("log lines of %s", services.get(i).name())
            .isLessThanOrEqualTo(2);
      }
      for (int peer = 0; peer < journals.size(); peer++) {
        assertThat(journals(cluster).get(peer) - journals.get(peer))
            .as("journals of peer %d", peer)
            .isLessThanOrEqualTo(5);
      }
    }
  }

  private static List<Long> journals(LocalCluster cluster) {
    return cluster.peers().stream()
        .map(peer -> journals(cluster.folder().resolve(peer.process().name())))
        .toList();
  }

  /** Keeps the quietest window of each service. */
  private static void watch(List<ServiceProcess> services, Use[] uses) {
    List<Long> ticks = services.stream().map(service -> ticks(service.pid())).toList();
    List<Long> wakes = services.stream().map(service -> wakes(service.pid())).toList();
    pause(WATCH);
    for (int i = 0; i < uses.length; i++) {
      long pid = services.get(i).pid();
      double share = (ticks(pid) - ticks.get(i)) / TICKS / WATCH.toSeconds();
      double woken = (wakes(pid) - wakes.get(i)) / (double) WATCH.toSeconds();
      uses[i] = uses[i].orLess(new Use(share, woken));
    }
  }

  private void failInTenWays(LocalCluster cluster, TestOrigin origin) {
    String held = origin.file("/held", 5 << 20);
    Download wrong =
        Download.newBuilder().setUrl(held).setDigest("sha256:" + "1".repeat(64)).build();
    List<Download> ways = new ArrayList<>();
    for (int status : new int[] {400, 401, 403, 404, 500}) {
      ways.add(plain(origin.url("/status/" + status)));
    }
    ways.add(wrong);
    ways.add(plain("http://127.0.0.1:1/nobody-listens"));
    ways.add(plain("http://169.254.169.254/latest/meta-data"));
    ways.add(plain("http://name.invalid/file"));
    ways.add(plain("ftp://127.0.0.1/file").toBuilder().setDisableBackToSource(true).build());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> running = new ArrayList<>();
      for (int round = 0; round < 5; round++) {
        for (Download way : ways) {
          PeerNode peer = cluster.peer(round % 2);
          Path output = folder.resolve("out-" + running.size());
          Download download = way.toBuilder().setOutputPath(output.toString()).build();
          running.add(
              CompletableFuture.runAsync(
                  () -> {
                    assertThat(fails(peer, download)).as(download.getUrl()).isTrue();
                    assertThat(output).doesNotExist();
                  },
                  threads));
        }
      }
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
    }
  }

  private static Download plain(String url) {
    return Download.newBuilder().setUrl(url).build();
  }

  private static boolean fails(PeerNode peer, Download download) {
    try {
      peer.get(download, LIMIT);
      return false;
    } catch (DragonflyException expected) {
      return true;
    }
  }

  private static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  private static long ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How often threads of the process have waited for something, those that have ended aside. */
  private static long wakes(long pid) {
    try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
      return threads.mapToLong(AtRestIT::wakesOfThread).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long wakesOfThread(Path thread) {
    try (Stream<String> lines = Files.lines(thread.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
          .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // It ended just now.
    }
  }

  private static long lines(Path log) {
    try (Stream<String> all = Files.lines(log)) {
      return all.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long journals(Path storage) {
    try (Stream<Path> tree = Files.walk(storage)) {
      return tree.filter(file -> file.toString().endsWith(".log")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
