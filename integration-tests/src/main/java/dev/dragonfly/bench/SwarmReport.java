package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterException;
import dev.dragonfly.cluster.LabCluster;
import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.lab.LabException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;

/** Starts a swarm, measures some rounds of a workload and tells the medians. */
final class SwarmReport {
  /** Most of the copy of a warm-up that is in memory beside the copy that is measured. */
  static final long MOST_WARM_UP = 32L << 20;

  private static final long DAEMON_MEMORY = 220L << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final SwarmSettings settings;
  private final SwarmOptions options;
  private final List<SwarmFigures> rounds = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  SwarmReport(SwarmSettings settings, SwarmOptions options) {
    this.settings = settings;
    this.options = options;
  }

  /** The exit code: 0 when no round failed. */
  int run(Function<LabCluster, SwarmWorkload> made) {
    checkMemory();
    long begin = System.nanoTime();
    try (LabCluster cluster = LabCluster.start(settings.plan())) {
      System.err.printf(
          Locale.ROOT,
          "%d daemons ready after %.1f s%n",
          settings.peers(),
          (System.nanoTime() - begin) / 1e9);
      SwarmWorkload workload = made.apply(cluster);
      workload.warmUp();
      for (int i = 0; i < options.warmUps(); i++) {
        System.err.println("warm-up: " + line(workload.round()));
      }
      for (int i = 0; i < options.rounds() && (failures.isEmpty() || options.keepGoing()); i++) {
        measure(workload, i);
      }
    }
    if (!rounds.isEmpty()) {
      tell();
    }
    return failures.isEmpty() ? 0 : 1;
  }

  /** Copies are kept in memory: without enough of it the machine would kill somebody. */
  private void checkMemory() {
    long needed = (settings.peers() + 1) * (settings.length() + MOST_WARM_UP + DAEMON_MEMORY);
    if (needed > Machine.available()) {
      throw new LabException(
          "this needs %s of memory, there are %s"
              .formatted(DataSize.rounded(needed), DataSize.rounded(Machine.available())));
    }
  }

  private void measure(SwarmWorkload workload, int number) {
    try {
      SwarmFigures figures = workload.round();
      rounds.add(figures);
      System.err.println(line(figures));
    } catch (ClusterException e) {
      failures.add(String.valueOf(e.getMessage()));
      System.err.println("round " + number + ": " + e.getMessage());
    }
  }

  private void tell() {
    SwarmFigures medians = SwarmFigures.medians(rounds);
    if (!options.json()) {
      System.out.println(line(medians));
      return;
    }
    Map<String, Object> map = medians.toMap(settings);
    map.put("warm_up", options.warmUps());
    map.put("rounds", rounds.stream().map(figures -> figures.toMap(settings)).toList());
    map.put("failures", failures);
    System.out.println(JSON.writeValueAsString(map));
  }

  private String line(SwarmFigures figures) {
    String slow =
        settings.slow() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "; slow ones %.1f s, bound %.1f s",
                figures.slowSeconds(),
                settings.bound());
    double delivered = settings.peers() * (double) settings.length();
    return String.format(
        Locale.ROOT,
        "first %.1f, median %.1f, last %.1f s; bound %.1f s; ratio %.2f; origin %.2f x; seed %.0f %%;"
            + " duplicates %.2f %%; %.1f CPU s per GB; peak %.0f MiB; machine %.0f %% busy%s",
        figures.firstSeconds(),
        figures.medianSeconds(),
        figures.lastSeconds(),
        settings.fastBound(),
        figures.lastSeconds() / settings.fastBound(),
        figures.originBytes() / settings.length(),
        100 * figures.seedBytes() / delivered,
        100 * figures.duplicateBytes() / delivered,
        figures.processorPerGigabyte(),
        figures.residentMebibytes(),
        100 * figures.busy(),
        slow);
  }
}
