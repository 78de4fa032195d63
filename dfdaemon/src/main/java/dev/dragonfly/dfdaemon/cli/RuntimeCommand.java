package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.runtime.FileChange;
import dev.dragonfly.dfdaemon.runtime.Remark;
import dev.dragonfly.dfdaemon.runtime.RuntimeConfigurator;
import dev.dragonfly.dfdaemon.runtime.RuntimeOutcome;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.IntSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Points the container runtimes of this node at the proxy, takes it back, shows what was done. */
@Command(
    name = "dfdaemon runtime",
    mixinStandardHelpOptions = true,
    version = "dfdaemon 0.1.0 (Dragonfly for Java)",
    description = {
      "Points the container runtimes of this node at the daemon's proxy, and takes it back.",
      "Writes hosts.toml files and drop-ins, keeps what others wrote there, restarts nothing",
      "unless told with --restart."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dfdaemon runtime configure --dry-run",
      "  dfdaemon runtime configure --runtime containerd --restart",
      "  dfdaemon runtime configure --runtime crio --registry ghcr.io --registry quay.io",
      "  dfdaemon runtime configure --root /host --config /etc/dragonfly/runtime.yaml",
      "  dfdaemon runtime show",
      "  dfdaemon runtime revert",
      "",
      "Exit codes: 0 done, 1 something was refused (the rest is done), 2 bad argument,",
      "  6 not permitted, 8 a runtime could not be restarted, 9 another run did not end,",
      "  78 bad configuration file."
    })
public final class RuntimeCommand {
  private final PrintStream out;
  private final PrintStream err;
  private final NodeCommand node;

  RuntimeCommand(PrintStream out, PrintStream err, NodeCommand node) {
    this.out = out;
    this.err = err;
    this.node = node;
  }

  /** Runs the command with the words after {@code dfdaemon runtime}; returns its exit code. */
  public static int run(String... words) {
    return new RuntimeCommand(System.out, System.err, NodeCommand.PROCESS).execute(words);
  }

  int execute(String... words) {
    return new CommandLine(this)
        .setOut(new PrintWriter(out, true, out.charset()))
        .setErr(new PrintWriter(err, true, err.charset()))
        .execute(words.length == 0 ? new String[] {"--help"} : words);
  }

  @Command(
      name = "configure",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Points the runtimes at the proxy. Doing it twice changes nothing.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  dfdaemon runtime configure --dry-run",
        "  dfdaemon runtime configure --runtime containerd --edit-config --restart",
        "  dfdaemon runtime configure --root /host --proxy http://127.0.0.1:4001"
      })
  int configure(@Mixin RuntimeOptions options, @Mixin RuntimeOptions.WantedOptions wanted) {
    return guarded(() -> {
      RuntimeConfigurator configurator = options.configurator();
      return options.isDryRun()
          ? preview(configurator.plan(options.settings(wanted)))
          : report(options, configurator.configure(options.settings(wanted)));
    });
  }

  @Command(
      name = "revert",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description =
          "Takes it back, byte for byte. Of a file that somebody changed since, our part.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  dfdaemon runtime revert --dry-run",
        "  dfdaemon runtime revert --root /host --runtime docker --restart"
      })
  int revert(@Mixin RuntimeOptions options) {
    return guarded(() -> {
      RuntimeConfigurator configurator = options.configurator();
      return options.isDryRun()
          ? preview(configurator.planRevert(options.kinds()))
          : report(options, configurator.revert(options.kinds()));
    });
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Shows which files are ours, and what configure would still change.",
      footerHeading = "%nExamples:%n",
      footer = "  dfdaemon runtime show --root /host")
  int show(@Mixin RuntimeOptions options, @Mixin RuntimeOptions.WantedOptions wanted) {
    return guarded(() -> {
      RuntimeConfigurator configurator = options.configurator();
      List<String> ours = configurator.show();
      out.println(ours.isEmpty() ? "nothing was configured here" : String.join("\n", ours));
      RuntimeOutcome plan = configurator.plan(options.settings(wanted));
      for (FileChange change : plan.changes()) {
        out.println("configure would " + change.verb() + " " + change.file());
      }
      return remarks(plan);
    });
  }

  private int preview(RuntimeOutcome outcome) {
    for (FileChange change : outcome.changes()) {
      out.print(change.diff());
    }
    for (List<String> command : outcome.activations()) {
      err.println("afterwards: " + String.join(" ", command));
    }
    return remarks(outcome);
  }

  private int report(RuntimeOptions options, RuntimeOutcome outcome) {
    for (FileChange change : outcome.changes()) {
      out.println(change.verb() + "d " + change.file());
    }
    if (outcome.changes().isEmpty()) {
      out.println("nothing to change");
    }
    int exit = remarks(outcome);
    for (List<String> command : outcome.activations()) {
      if (options.isRestart()) {
        node.run(options.root(), command);
        out.println("ran " + String.join(" ", command));
      } else {
        out.println("to do: " + String.join(" ", command));
      }
    }
    return exit;
  }

  private int remarks(RuntimeOutcome outcome) {
    for (Remark remark : outcome.remarks()) {
      err.println(remark.line());
    }
    return outcome.isRefused() ? 1 : 0;
  }

  private int guarded(IntSupplier command) {
    try {
      return command.getAsInt();
    } catch (ConfigException e) {
      err.println("dfdaemon runtime: " + e.getMessage());
      return ErrorCode.CONFIG.exitCode();
    } catch (DragonflyException e) {
      err.println("dfdaemon runtime: " + e.getMessage());
      return e.code().exitCode();
    } catch (IllegalArgumentException e) {
      err.println("dfdaemon runtime: " + e.getMessage());
      return ErrorCode.INVALID_ARGUMENT.exitCode();
    }
  }
}
