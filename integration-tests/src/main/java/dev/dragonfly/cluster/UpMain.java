package dev.dragonfly.cluster;

import dev.dragonfly.bench.BenchCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What {@code ./dragonfly} runs. */
@Command(
    name = "dragonfly",
    mixinStandardHelpOptions = true,
    subcommands = {UpCommand.class, BenchCommand.class, TrainCommand.class},
    description = "Dragonfly on this machine.")
public final class UpMain {
  private UpMain() {}

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new UpMain()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }
}
