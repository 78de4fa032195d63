package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.net.OwnAddress;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.cli.RuntimeConfig;
import dev.dragonfly.dfdaemon.doctor.AddressCheck;
import dev.dragonfly.dfdaemon.doctor.CertificateCheck;
import dev.dragonfly.dfdaemon.doctor.Check;
import dev.dragonfly.dfdaemon.doctor.ClockCheck;
import dev.dragonfly.dfdaemon.doctor.ClusterProbe;
import dev.dragonfly.dfdaemon.doctor.ConfigCheck;
import dev.dragonfly.dfdaemon.doctor.ContainerdCheck;
import dev.dragonfly.dfdaemon.doctor.DaemonCheck;
import dev.dragonfly.dfdaemon.doctor.DiskCheck;
import dev.dragonfly.dfdaemon.doctor.Doctor;
import dev.dragonfly.dfdaemon.doctor.MirrorCheck;
import dev.dragonfly.dfdaemon.doctor.NodeRuntimes;
import dev.dragonfly.dfdaemon.doctor.NotChecked;
import dev.dragonfly.dfdaemon.doctor.Patient;
import dev.dragonfly.dfdaemon.doctor.PeerHitCheck;
import dev.dragonfly.dfdaemon.doctor.Report;
import dev.dragonfly.dfdaemon.doctor.RuntimeCheck;
import dev.dragonfly.dfdaemon.doctor.SchedulerCheck;
import dev.dragonfly.dfdaemon.doctor.Vitals;
import dev.dragonfly.dfdaemon.runtime.RuntimeConfigurator;
import dev.dragonfly.dfdaemon.runtime.RuntimeSettings;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at a daemon and what it needs, and says what is wrong and what to do. */
@Command(
    name = "dfdaemon doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    version = "dfdaemon 0.1.0 (Dragonfly for Java)",
    description = {
      "Looks at the daemon of this node and at what it needs, and says what is wrong and what to",
      "do next. Changes nothing. Ends within 10 seconds. What this user may not read is",
      "\"not checked\"; root sees everything."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dfdaemon doctor",
      "  dfdaemon doctor --config /etc/dragonfly/dfdaemon.yaml --json",
      "  dfdaemon doctor --root /host --runtime-config /etc/dragonfly/runtime.yaml",
      "  dfdaemon doctor --min-free 50GiB",
      "",
      "Exit codes: 0 no problem (warnings are none), 1 at least one problem, 2 bad argument.",
      "What each message means: docs/troubleshooting.md."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final String RUNTIME_DEFAULTS = "/config/runtime.yaml";
  private static final Duration BOUND = Duration.ofSeconds(9);
  private static final Time TIME = SystemTime.INSTANCE;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration of the daemon. Default: /etc/dragonfly/dfdaemon.yaml.")
  private Path config = Path.of("/etc/dragonfly/dfdaemon.yaml");

  @Option(
      names = "--ready-file",
      paramLabel = "FILE",
      description = "What the daemon wrote when it was ready; for ports that it chose itself.")
  private @Nullable Path readyFile;

  @Option(
      names = "--root",
      paramLabel = "FOLDER",
      description = "Where the file system of the node is; /host in a container. Default: /.")
  private Path root = Path.of("/");

  @Option(
      names = "--state",
      paramLabel = "FOLDER",
      description = "The same option of 'dfdaemon runtime configure'.")
  private Path state = RuntimeConfigurator.STATE;

  @Option(
      names = "--runtime-config",
      paramLabel = "FILE",
      description = "What 'dfdaemon runtime configure --config' was given.")
  private @Nullable Path runtimeConfig;

  @Option(
      names = "--min-free",
      paramLabel = "SIZE",
      description = "Room that storage.dir should have. Default: 1GiB.")
  private String leastFree = "1GiB";

  @Option(names = "--seed", description = "The daemon is a seed peer.")
  private boolean seed;

  @Option(
      names = "--local",
      description =
          "All of the cluster is on this machine: loopback addresses are right, and container"
              + " runtimes are not looked at.")
  private boolean local;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  private final PrintStream out;

  private DoctorCommand(PrintStream out) {
    this.out = out;
  }

  /** Runs the command with the words after {@code dfdaemon doctor}; returns its exit code. */
  static int run(PrintStream out, PrintStream err, String... words) {
    return new CommandLine(new DoctorCommand(out))
        .setOut(new PrintWriter(out, true, out.charset()))
        .setErr(new PrintWriter(err, true, err.charset()))
        .setExecutionExceptionHandler((failure, line, parsed) -> {
          err.println("dfdaemon doctor: " + failure.getMessage());
          return CommandLine.ExitCode.USAGE;
        })
        .execute(words);
  }

  @Override
  public Integer call() throws InterruptedException {
    DataSize least = DataSize.parse(leastFree);
    List<Check> checks = new ArrayList<>();
    try {
      Patient patient = PatientFile.read(config, Optional.ofNullable(readyFile), seed);
      checks.add(new ConfigCheck(config, Optional.empty()));
      addAll(checks, patient, least);
    } catch (ConfigException e) {
      checks.add(new ConfigCheck(config, Optional.of(e)));
      for (String name :
          List.of(
              "daemon",
              "runtimes",
              "containerd",
              "mirror",
              "scheduler",
              "peer hits",
              "disk",
              "clock",
              "certificates",
              "address")) {
        checks.add(new NotChecked(name, "the configuration cannot be used"));
      }
    }
    Report report = new Report("dfdaemon of " + config, new Doctor(BOUND, TIME).examine(checks));
    out.print(json ? report.json() : report.table());
    return report.hasProblem() ? 1 : 0;
  }

  private void addAll(List<Check> checks, Patient patient, DataSize least) {
    Vitals vitals = new Vitals(patient);
    ClusterProbe cluster = new ClusterProbe(patient, TIME);
    checks.add(new DaemonCheck(patient, vitals));
    if (local) {
      for (String name : List.of("runtimes", "containerd", "mirror")) {
        checks.add(new NotChecked(name, "runtimes are not looked at for a cluster on one machine"));
      }
    } else {
      NodeRuntimes runtimes = new NodeRuntimes(root, state, settings(patient));
      checks.add(new RuntimeCheck(runtimes));
      checks.add(new ContainerdCheck(runtimes));
      checks.add(new MirrorCheck(patient, vitals, runtimes));
    }
    checks.add(new SchedulerCheck(patient, cluster));
    checks.add(new PeerHitCheck(patient, vitals));
    checks.add(new DiskCheck(patient, least));
    checks.add(new ClockCheck(cluster));
    checks.add(new CertificateCheck(patient, TIME));
    checks.add(new AddressCheck(patient, vitals, OwnAddress.ofThisMachine(), local));
  }

  private RuntimeSettings settings(Patient patient) {
    RuntimeConfig file =
        runtimeConfig == null
            ? ConfigLoader.defaults(RUNTIME_DEFAULTS, RuntimeConfig.class)
            : ConfigLoader.load(runtimeConfig, RUNTIME_DEFAULTS, RuntimeConfig.class);
    return new RuntimeSettings(
        file.runtimes(),
        file.registries(),
        file.onlyListed(),
        runtimeConfig == null ? patient.proxyUrl().orElse(file.proxy()) : file.proxy(),
        file.editConfig());
  }
}
