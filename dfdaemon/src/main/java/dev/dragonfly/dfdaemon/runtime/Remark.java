package dev.dragonfly.dfdaemon.runtime;

/**
 * Something that whoever runs the command should know.
 *
 * @param runtime what it is about
 */
public record Remark(RuntimeKind runtime, Level level, String text) {
  /** How bad it is. */
  public enum Level {
    NOTE,
    WARNING,
    /** It is broken as it is, whether or not anything is changed here. */
    BROKEN,
    /** The runtime, or a part of it, was left as it is. */
    REFUSED
  }

  /** One line. */
  public String line() {
    return runtime.label()
        + ": "
        + switch (level) {
          case NOTE -> "";
          case WARNING, BROKEN -> "warning: ";
          case REFUSED -> "refused: ";
        }
        + text;
  }
}
