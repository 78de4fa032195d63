package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterException;
import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.lab.LabException;
import dev.dragonfly.lab.LinkRate;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
  @Mixin private SwarmOptions options = new SwarmOptions();

  @Option(
      names = "--size",
      defaultValue = "128MiB",
      description = "The file. Default: ${DEFAULT-VALUE}.")
  private String size = "";

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

  @Override
  public Integer call() {
    try {
      SwarmSettings settings = settings();
      return new SwarmReport(settings, options).run(cluster -> new SwarmRounds(cluster, settings));
    } catch (IllegalArgumentException e) {
      System.err.println("dragonfly: " + e.getMessage());
      return 2;
    } catch (LabException | ClusterException e) {
      System.err.println("dragonfly: " + e.getMessage());
      return 1;
    }
  }

  private SwarmSettings settings() {
    String[] slower = slow == null ? new String[] {"0", "1mbit"} : slow.split(":", 2);
    if (slower.length != 2 || !slower[0].matches("\\d{1,3}")) {
      throw new IllegalArgumentException("--slow is K:RATE, as in 1:10mbit; got " + slow);
    }
    return new SwarmSettings(
        options.peers(),
        DataSize.parse(size).bytes(),
        options.rate(),
        options.originRate(),
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
}
