package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.lifecycle.ServiceArguments;
import dev.dragonfly.dfdaemon.cli.RuntimeCommand;
import java.util.Arrays;

/** The daemon of an ordinary host. */
public final class DfdaemonApp extends DaemonCommand {
  /** The process. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length > 0 && args[0].equals("runtime")) {
      System.exit(RuntimeCommand.run(Arrays.copyOfRange(args, 1, args.length)));
    }
    if (args.length > 0 && args[0].equals("doctor")) {
      String[] words = Arrays.copyOfRange(args, 1, args.length);
      System.exit(DoctorCommand.run(System.out, System.err, words));
    }
    System.exit(ServiceArguments.run(new DfdaemonApp(), args));
  }

  @Override
  public String purpose() {
    return """
    Fetches, keeps and serves pieces for this host; dfget speaks to it.
    'dfdaemon runtime --help' says how container runtimes are pointed at its proxy,
    'dfdaemon doctor' what is wrong and what to do.\
    """;
  }

  @Override
  protected DaemonRole role() {
    return DaemonRole.DFDAEMON;
  }
}
