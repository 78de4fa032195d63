package dev.dragonfly.dfdaemon.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The daemon of an ordinary host. */
@Command(
    name = "dfdaemon",
    mixinStandardHelpOptions = true,
    version = "dfdaemon 0.1.0 (Dragonfly for Java)",
    description = "Fetches, keeps and serves pieces for this host; dfget speaks to it.",
    footerHeading = "%nExample:%n",
    footer = "  dfdaemon --config /etc/dragonfly/dfdaemon.yaml")
public final class DfdaemonApp extends DaemonCommand {
  /** The process. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new DfdaemonApp()).execute(args));
  }

  @Override
  protected DaemonRole role() {
    return DaemonRole.DFDAEMON;
  }
}
