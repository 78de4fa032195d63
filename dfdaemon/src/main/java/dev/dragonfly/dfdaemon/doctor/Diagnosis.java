package dev.dragonfly.dfdaemon.doctor;

/**
 * The outcome of a check.
 *
 * @param found what was tried on what, and what came of it
 * @param advice the command or the key to change next; empty when nothing has to be done
 */
public record Diagnosis(Verdict verdict, String found, String advice) {
  static Diagnosis ok(String found) {
    return new Diagnosis(Verdict.OK, found, "");
  }

  static Diagnosis warning(String found, String advice) {
    return new Diagnosis(Verdict.WARNING, found, advice);
  }

  static Diagnosis problem(String found, String advice) {
    return new Diagnosis(Verdict.PROBLEM, found, advice);
  }

  /** What could not be looked at, with why. */
  static Diagnosis notChecked(String why, String advice) {
    return new Diagnosis(Verdict.NOT_CHECKED, why, advice);
  }
}
