package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.lifecycle.ServiceArguments;

/** The daemon of an ordinary host. */
public final class DfdaemonApp extends DaemonCommand {
  /** The process. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(ServiceArguments.run(new DfdaemonApp(), args));
  }

  @Override
  public String purpose() {
    return "Fetches, keeps and serves pieces for this host; dfget speaks to it.";
  }

  @Override
  protected DaemonRole role() {
    return DaemonRole.DFDAEMON;
  }
}
