package dev.dragonfly.dfdaemon.doctor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what one check found on several things; the worst of it counts. Of one thread. */
final class Diagnoses {
  private final List<Diagnosis> all = new ArrayList<>();

  void add(Diagnosis diagnosis) {
    all.add(diagnosis);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /**
   * One diagnosis of all; what is well is left out where something is not. There is at least one.
   */
  Diagnosis joined() {
    Verdict worst = all.stream().map(Diagnosis::verdict).reduce(Verdict.OK, Verdict::or);
    Set<String> found = new LinkedHashSet<>();
    Set<String> advice = new LinkedHashSet<>();
    for (Diagnosis one : all) {
      if (one.verdict() == worst || one.verdict() != Verdict.OK) {
        found.add(one.found());
        advice.add(one.advice());
      }
    }
    advice.remove("");
    return new Diagnosis(worst, String.join("; ", found), String.join("; ", advice));
  }
}
