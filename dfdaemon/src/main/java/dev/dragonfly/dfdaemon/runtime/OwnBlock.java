package dev.dragonfly.dfdaemon.runtime;

/**
 * The lines of a TOML file that are ours, between two comments, so that they can be taken out
 * again.
 */
final class OwnBlock {
  private static final String BEGIN =
      "# >>> dragonfly: made by \"dfdaemon runtime configure\"; \"dfdaemon runtime revert\" takes it out";
  private static final String END = "# <<< dragonfly";
  private static final String BEGIN_START = "# >>> dragonfly";
  private static final String REPLACED = " # set by dragonfly, was:";

  private OwnBlock() {}

  /** The lines with their comments. */
  static String of(String lines) {
    return BEGIN + "\n" + lines + (lines.endsWith("\n") ? "" : "\n") + END + "\n";
  }

  /** A line in the place of another one, which it remembers. */
  static String replacing(String line, String former) {
    return line + REPLACED + former;
  }

  /** The text without what is ours. */
  static String strip(String text) {
    if (!text.contains(BEGIN_START) && !text.contains(REPLACED)) {
      return text;
    }
    StringBuilder rest = new StringBuilder();
    boolean ours = false;
    for (String line : TomlText.lines(text)) {
      int replaced = line.indexOf(REPLACED);
      if (line.startsWith(BEGIN_START)) {
        ours = true;
      } else if (ours) {
        ours = !line.startsWith(END);
      } else {
        rest.append(replaced < 0 ? line : line.substring(replaced + REPLACED.length()));
      }
    }
    return rest.toString();
  }
}
