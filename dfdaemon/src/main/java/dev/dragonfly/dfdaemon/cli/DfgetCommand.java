package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Downloads a file through the local daemon; without a daemon, directly and with a warning. */
@Command(
    name = "dfget",
    mixinStandardHelpOptions = true,
    version = "dfget 0.1.0 (Dragonfly for Java)",
    sortOptions = false,
    description = {
      "Downloads a file through the Dragonfly daemon of this machine, which takes it from other",
      "peers where it can. Without a daemon the file is read from its source, with a warning."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dfget https://example.com/model.bin -O /data/model.bin",
      "  dfget https://example.com/a.iso -O a.iso --digest sha256:<64 hex digits>",
      "  dfget https://example.com/a.iso -O head.bin --range 0-1048575",
      "  dfget https://files.local/a -O a -H 'Authorization: Bearer ...' --json",
      "",
      "Exit codes: 0 done, 2 bad argument, 4 not found, 5 output exists, 6 not permitted,",
      "  8 unavailable, 9 too slow, 10 disk full, 11 digest mismatch, 12 source: not found,",
      "  13 source: not authorised, 14 source failed, 15 source changed, 1 other."
    })
public final class DfgetCommand implements Callable<Integer> {
  @Mixin private DfgetOptions options;

  private final PrintStream out;
  private final PrintStream err;

  DfgetCommand(DfgetOptions options, PrintStream out, PrintStream err) {
    this.options = options;
    this.out = out;
    this.err = err;
  }

  /** The command line tool. */
  public static void main(String[] args) {
    int exit = run(args, System.out, System.err);
    System.out.flush();
    System.err.flush();
    // Not System.exit, which takes 13 ms to look for somebody who logs it. What the hooks would
    // clean up is gone by now: they are for those who interrupt the command.
    Runtime.getRuntime().halt(exit);
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    Optional<DfgetOptions> plain = PlainArguments.read(args);
    if (plain.isPresent()) {
      return new DfgetCommand(plain.get(), out, err).call();
    }
    return new CommandLine(new DfgetCommand(new DfgetOptions(), out, err))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out, true, out.charset()))
        .setErr(new PrintWriter(err, true, err.charset()))
        .execute(args);
  }

  @Override
  public Integer call() {
    try {
      DfgetRequest request = options.toRequest();
      checkOutput(request.output(), request.overwrite());
      DfgetResult result = download(request);
      report(result);
      return 0;
    } catch (DragonflyException e) {
      err.println("dfget: " + e.getMessage());
      return e.code().exitCode();
    }
  }

  @SuppressWarnings("SystemConsoleNull") // Its specification allows null.
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private DfgetResult download(DfgetRequest request) {
    ProgressBar progress =
        ProgressBar.on(err, options.isQuiet(), !options.isQuiet() && isTerminal());
    Optional<DaemonClient> found = DaemonClient.connect(options.socket());
    if (found.isPresent()) {
      try (DaemonClient daemon = found.get()) {
        return daemon.download(request, progress);
      }
    }
    if (request.disableBackToSource()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "no daemon answers at "
              + options.socket()
              + " and --disable-back-to-source forbids to read the source; start the daemon");
    }
    err.println(
        "dfget: warning: no daemon answers at "
            + options.socket()
            + "; reading the source directly, without peers");
    return new DirectDownload().download(request, progress);
  }

  private static void checkOutput(Path output, boolean overwrite) {
    if (Files.isDirectory(output)) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "the output is a folder: " + output + "; name a file in it");
    }
    if (Files.exists(output) && !overwrite) {
      throw new DragonflyException(
          ErrorCode.ALREADY_EXISTS,
          "the output exists: " + output + "; give --overwrite to replace it");
    }
    Path folder = output.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "there is no folder " + folder + " for the output; create it first");
    }
  }

  private void report(DfgetResult result) {
    if (options.isJson()) {
      out.println(result.toJson());
    } else if (!options.isQuiet()) {
      err.println(result.toText());
    }
  }
}
