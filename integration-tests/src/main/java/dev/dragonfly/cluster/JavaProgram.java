package dev.dragonfly.cluster;

import java.util.Locale;

/** What is run as a process of its own: a main class in the jar of a module. */
public enum JavaProgram {
  MANAGER("manager", "manager", "dev.dragonfly.manager.app.ManagerApp"),
  SCHEDULER("scheduler", "scheduler", "dev.dragonfly.scheduler.app.SchedulerApp"),
  SEED_PEER("seed-peer", "dfdaemon", "dev.dragonfly.seedpeer.app.SeedPeerApp"),
  DFDAEMON("dfdaemon", "dfdaemon", "dev.dragonfly.dfdaemon.app.DfdaemonApp"),
  DFGET("dfdaemon", "tool", "dev.dragonfly.dfdaemon.cli.DfgetCommand"),
  DFCTL("manager", "tool", "dev.dragonfly.manager.cli.CtlCommand");

  private final String module;
  private final String options;
  private final String main;

  JavaProgram(String module, String options, String main) {
    this.module = module;
    this.options = options;
    this.main = main;
  }

  String module() {
    return module;
  }

  /** Name of its options of the virtual machine in {@code config/jvm}. */
  String options() {
    return options;
  }

  String main() {
    return main;
  }

  /** Its name in the {@code bin} of an installation. */
  public String command() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
