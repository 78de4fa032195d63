package dev.dragonfly.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The commands by which the services of this checkout are started, lean enough for many. */
final class ServiceCommands {
  private static final List<String> LEAN =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-Xshare:auto",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /** Further flags of every service; tests leave out the second compiler, which costs a third. */
  private static final List<String> FURTHER =
      Arrays.stream(System.getProperty("dragonfly.jvm", "").split(" "))
          .filter(flag -> !flag.isEmpty())
          .toList();

  private static final List<String> DAEMON = List.of("-Xmx96m", "-XX:MaxDirectMemorySize=96m");

  private final Home home = Home.find();

  List<String> manager(Path config) {
    return java(
        "manager",
        "dev.dragonfly.manager.app.ManagerApp",
        List.of("-Xmx160m", "-XX:TieredStopAtLevel=1"),
        config);
  }

  List<String> scheduler(Path config) {
    return java(
        "scheduler", "dev.dragonfly.scheduler.app.SchedulerApp", List.of("-Xmx160m"), config);
  }

  List<String> seed(Path config) {
    return java("seed-peer", "dev.dragonfly.seedpeer.app.SeedPeerApp", DAEMON, config);
  }

  List<String> peer(Path config) {
    return java("dfdaemon", "dev.dragonfly.dfdaemon.app.DfdaemonApp", DAEMON, config);
  }

  private List<String> java(String module, String main, List<String> flags, Path config) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(LEAN);
    command.addAll(flags);
    command.addAll(FURTHER);
    command.add("-Ddragonfly.log=" + System.getProperty("dragonfly.log", "INFO"));
    command.addAll(List.of("-cp", home.classPath(module), main, "--config", config.toString()));
    return command;
  }
}
