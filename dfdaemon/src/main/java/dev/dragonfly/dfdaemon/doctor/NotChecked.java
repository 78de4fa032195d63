package dev.dragonfly.dfdaemon.doctor;

/**
 * A check that is not made.
 *
 * @param why in words
 */
public record NotChecked(String name, String why) implements Check {
  @Override
  public Diagnosis examine() {
    return Diagnosis.notChecked(why, "");
  }
}
