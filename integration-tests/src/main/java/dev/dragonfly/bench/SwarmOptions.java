package dev.dragonfly.bench;

import dev.dragonfly.lab.LinkRate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that all measurements of a swarm have. Fields are filled by picocli. */
final class SwarmOptions {
  @Option(names = "--peers", paramLabel = "N", description = "Daemons. Default: 10.")
  private int peers = 10;

  @Option(
      names = "--rate",
      defaultValue = "100mbit",
      description = "Each link, up and down. Default: ${DEFAULT-VALUE}.")
  private String rate = "";

  @Option(names = "--origin-rate", paramLabel = "RATE", description = "Default: that of --rate.")
  private @Nullable String originRate;

  @Option(names = "--rounds", description = "How often; figures are medians. Default: 1.")
  private int rounds = 1;

  @Option(
      names = "--warm-up",
      paramLabel = "ROUNDS",
      description = {
        "Rounds before those that count. Daemons run for weeks, and their code is compiled",
        "while they work: in the first minutes that is most of what a small machine does.",
        "Default: ${DEFAULT-VALUE}, after one with a smaller file."
      })
  private int warmUps = 0;

  @Option(names = "--keep-going", description = "A round that fails does not end the others.")
  private boolean keepGoing;

  @Option(names = "--json", description = "One last line of JSON on stdout, all else on stderr.")
  private boolean json;

  int peers() {
    return peers;
  }

  LinkRate rate() {
    return LinkRate.parse(rate);
  }

  LinkRate originRate() {
    return originRate == null ? rate() : LinkRate.parse(originRate);
  }

  int rounds() {
    return rounds;
  }

  int warmUps() {
    return warmUps;
  }

  boolean keepGoing() {
    return keepGoing;
  }

  boolean json() {
    return json;
  }
}
