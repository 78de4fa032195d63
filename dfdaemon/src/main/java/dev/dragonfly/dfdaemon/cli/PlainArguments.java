package dev.dragonfly.dfdaemon.cli;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Reads command lines in which nothing is unusual without picocli, which needs longer for it than
 * the download. What is not certain here, help and mistakes among it, is left to picocli, so that
 * there is one place which explains.
 */
final class PlainArguments {
  private final DfgetOptions options = new DfgetOptions();
  private final Set<String> seen = new HashSet<>();

  private PlainArguments() {}

  /** The options; absent when picocli has to look. */
  static Optional<DfgetOptions> read(String[] args) {
    PlainArguments arguments = new PlainArguments();
    return arguments.takesAll(args) ? Optional.of(arguments.options) : Optional.empty();
  }

  private boolean takesAll(String[] args) {
    for (int i = 0; i < args.length; i++) {
      String name = args[i];
      int equals = name.startsWith("--") ? name.indexOf('=') : -1;
      boolean isTaken;
      if (!name.startsWith("-")) {
        isTaken = isPlain(name) && seen.add("URL") && options.takeUrl(name);
      } else if (equals > 0) {
        isTaken = takes(name.substring(0, equals), name.substring(equals + 1));
      } else if (options.takeFlag(name)) {
        isTaken = seen.add(DfgetOptions.longName(name));
      } else {
        i++;
        isTaken = i < args.length && takes(name, args[i]);
      }
      if (!isTaken) {
        return false;
      }
    }
    return options.isComplete();
  }

  private boolean takes(String name, String value) {
    boolean isFirst = seen.add(DfgetOptions.longName(name));
    return (isFirst || DfgetOptions.isRepeatable(name))
        && isPlain(value)
        && options.takeValue(name, value);
  }

  /**
   * Picocli reads a file of arguments at @, and wonders about a value that looks like an option.
   */
  private static boolean isPlain(String text) {
    return !text.isEmpty() && text.charAt(0) != '-' && text.charAt(0) != '@';
  }
}
