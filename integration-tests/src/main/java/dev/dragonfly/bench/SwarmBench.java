package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterException;
import dev.dragonfly.cluster.LabCluster;
import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.lab.LabException;
import dev.dragonfly.lab.LinkRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/**
 * One file to many daemons at once, each on a machine of its own behind a shaped link, beside the
 * least time that is possible.
 */
@Command(
    name = "swarm",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "A file to N daemons at once, each in a network namespace behind a shaped link (root only).",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./dragonfly bench swarm --peers 10 --rate 100mbit --size 128MiB",
      "  ./dragonfly bench swarm --peers 20 --rate 100mbit --size 128MiB --origin-rate 25mbit",
      "  ./dragonfly bench swarm --peers 20 --rate 50mbit --size 256MiB --slow 1:10mbit",
      "  ./dragonfly bench swarm --peers 20 --rate 50mbit --size 256MiB --kill third",
      "  ./dragonfly bench swarm --peers 10 --rate 100mbit --size 128MiB --plain 5 --rounds 5 --json"
    })
final class SwarmBench implements Callable<Integer> {
  private static final long MOST_WARM_UP = 32L << 20;
  private static final long LEAST_WARM_UP = 4L << 20;
  private static final long DAEMON_MEMORY = 220L << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Option(names = "--peers", paramLabel = "N", description = "Daemons. Default: 10.")
  private int peers = 10;

  @Option(
      names = "--rate",
      defaultValue = "100mbit",
      description = "Each link, up and down. Default: ${DEFAULT-VALUE}.")
  private String rate = "";

  @Option(
      names = "--size",
      defaultValue = "128MiB",
      description = "The file. Default: ${DEFAULT-VALUE}.")
  private String size = "";

  @Option(names = "--origin-rate", paramLabel = "RATE", description = "Default: that of --rate.")
  private @Nullable String originRate;

  @Option(
      names = "--slow",
      paramLabel = "K:RATE",
      description = "K of the daemons have slower links; their times are told apart.")
  private @Nullable String slow;

  @Option(
      names = "--kill",
      paramLabel = "seed|third",
      description = "Kill the seed, or a third of the daemons, when the median one has half.")
  private @Nullable String kill;

  @Option(
      names = "--plain",
      paramLabel = "K",
      description = "K of the daemons speak only upstream's protocol among peers.")
  private int plain;

  @Option(names = "--rounds", description = "Files, one after the other. Default: 1.")
  private int rounds = 1;

  @Option(names = "--keep-going", description = "A round that fails does not end the others.")
  private boolean keepGoing;

  @Option(names = "--json", description = "One last line of JSON on stdout, all else on stderr.")
  private boolean json;

  @Override
  public Integer call() {
    try {
      SwarmSettings settings = settings();
      long warmUp = Math.clamp(settings.length() / 4, LEAST_WARM_UP, MOST_WARM_UP);
      checkMemory(settings, warmUp);
      return measure(settings, warmUp);
    } catch (IllegalArgumentException e) {
      System.err.println("dragonfly: " + e.getMessage());
      return 2;
    } catch (LabException | ClusterException e) {
      System.err.println("dragonfly: " + e.getMessage());
      return 1;
    }
  }

  private SwarmSettings settings() {
    LinkRate link = LinkRate.parse(rate);
    String[] slower = slow == null ? new String[] {"0", rate} : slow.split(":", 2);
    if (slower.length != 2 || !slower[0].matches("\\d{1,3}")) {
      throw new IllegalArgumentException("--slow is K:RATE, as in 1:10mbit; got " + slow);
    }
    return new SwarmSettings(
        peers,
        DataSize.parse(size).bytes(),
        link,
        originRate == null ? link : LinkRate.parse(originRate),
        Integer.parseInt(slower[0]),
        LinkRate.parse(slower[1]),
        plain,
        victim());
  }

  private SwarmSettings.Victim victim() {
    return switch (kill) {
      case null -> SwarmSettings.Victim.NOBODY;
      case "seed" -> SwarmSettings.Victim.SEED;
      case "third" -> SwarmSettings.Victim.THIRD;
      default -> throw new IllegalArgumentException("--kill is seed or third, got " + kill);
    };
  }

  /** Copies are kept in memory: without enough of it the machine would kill somebody. */
  private static void checkMemory(SwarmSettings settings, long warmUp) {
    long needed = (settings.peers() + 1) * (settings.length() + warmUp + DAEMON_MEMORY);
    if (needed > Machine.available()) {
      throw new LabException(
          "this needs %s of memory, there are %s"
              .formatted(DataSize.rounded(needed), DataSize.rounded(Machine.available())));
    }
  }

  private int measure(SwarmSettings settings, long warmUp) {
    long begin = System.nanoTime();
    List<SwarmFigures> all = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    try (LabCluster cluster = LabCluster.start(settings.plan())) {
      System.err.printf(
          "%d daemons ready after %.1f s%n", peers, (System.nanoTime() - begin) / 1e9);
      SwarmRounds swarm = new SwarmRounds(cluster, settings);
      swarm.warmUp(warmUp);
      for (int i = 0; i < rounds; i++) {
        try {
          SwarmFigures figures = swarm.round();
          all.add(figures);
          System.err.println(line(settings, figures));
        } catch (ClusterException e) {
          failures.add(String.valueOf(e.getMessage()));
          System.err.println("round " + i + ": " + e.getMessage());
          if (!keepGoing) {
            break;
          }
        }
      }
    }
    if (!all.isEmpty()) {
      report(settings, all, failures);
    }
    return failures.isEmpty() ? 0 : 1;
  }

  private void report(SwarmSettings settings, List<SwarmFigures> all, List<String> failures) {
    SwarmFigures medians = SwarmFigures.medians(all);
    if (!json) {
      System.out.println(line(settings, medians));
      return;
    }
    Map<String, Object> map = medians.toMap(settings);
    map.put("rounds", all.stream().map(figures -> figures.toMap(settings)).toList());
    map.put("failures", failures);
    System.out.println(JSON.writeValueAsString(map));
  }

  private static String line(SwarmSettings settings, SwarmFigures figures) {
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
        100 * figures.seedBytes() / settings.length() / settings.peers(),
        100 * figures.duplicateBytes() / settings.length() / settings.peers(),
        figures.processorPerGigabyte(),
        figures.residentMebibytes(),
        100 * figures.busy(),
        settings.slow() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "; slow ones %.1f s, bound %.1f s",
                figures.slowSeconds(),
                settings.bound()));
  }
}
