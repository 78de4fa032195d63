package dev.dragonfly.dfdaemon.doctor;

/** How a check ended. */
public enum Verdict {
  PROBLEM("PROBLEM"),
  WARNING("warning"),
  NOT_CHECKED("not checked"),
  OK("ok");

  private final String label;

  Verdict(String label) {
    this.label = label;
  }

  /** As people read it. */
  String label() {
    return label;
  }

  /** The worse of the two. */
  Verdict or(Verdict other) {
    return compareTo(other) <= 0 ? this : other;
  }
}
