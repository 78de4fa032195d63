package dev.dragonfly.common.task;

/**
 * Identity of a task: lower-case hex, 64 characters (SHA-256) or 128 (SHA-512 blob ids). Peers that
 * want the same bytes compute the same id.
 *
 * @param value the hex text
 */
public record TaskId(String value) {
  private static final int SHORT = 64;
  private static final int LONG = 128;

  public TaskId {
    if (value.length() != SHORT && value.length() != LONG) {
      throw new IllegalArgumentException(
          "task id must have 64 or 128 hex characters, got " + value.length());
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        throw new IllegalArgumentException("task id must be lower-case hex: " + value);
      }
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
