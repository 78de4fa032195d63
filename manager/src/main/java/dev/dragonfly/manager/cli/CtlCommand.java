package dev.dragonfly.manager.cli;

import dev.dragonfly.common.error.DragonflyException;
import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What operators script: preheats, jobs, tasks, clusters and tokens of a manager. */
@Command(
    name = "dfctl",
    mixinStandardHelpOptions = true,
    version = "dfctl 0.1.0 (Dragonfly for Java)",
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PreheatCommand.class,
      JobCommand.class,
      TaskCommand.class,
      ClusterCommand.class,
      TokenCommand.class
    },
    description = "Talks to a Dragonfly manager.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dfctl preheat https://registry.example/v2/team/app/manifests/v1",
      "  dfctl preheat registry.example/team/app:v1 --scope all_peers --platform linux/amd64",
      "  dfctl preheat https://files.example/model.bin --scope all_seed_peers --json",
      "  dfctl job list --state FAILURE",
      "  dfctl task find https://files.example/model.bin",
      "  dfctl token create ci --days 30 --scope job",
      "",
      "The manager is named by --manager or DRAGONFLY_MANAGER; who asks, by --token-file or",
      "DRAGONFLY_TOKEN, or by --user with --password-file or DRAGONFLY_PASSWORD_FILE.",
      "",
      "Exit codes: 0 done, 2 bad argument, 3 the job failed, 4 not found, 6 not permitted,",
      "  7 too many requests, 8 unavailable, 9 too slow, 1 other."
    })
public final class CtlCommand {
  /** The command line tool. */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    return new CommandLine(new CtlCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(110)
        .setOut(new PrintWriter(out, true, out.charset()))
        .setErr(new PrintWriter(err, true, err.charset()))
        .setExecutionExceptionHandler((e, command, parsed) -> {
          if (!(e instanceof DragonflyException known)) {
            throw e;
          }
          command.getErr().println("dfctl: " + known.getMessage());
          return known.code().exitCode();
        })
        .execute(args);
  }
}
