package dev.dragonfly.dfdaemon.doctor;

/**
 * What a check found.
 *
 * @param check its name
 */
public record Finding(String check, Diagnosis diagnosis) {
  Verdict verdict() {
    return diagnosis.verdict();
  }
}
