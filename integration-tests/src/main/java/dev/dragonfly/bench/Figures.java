package dev.dragonfly.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Some measurements of one thing. */
final class Figures {
  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  double min() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  double max() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  double median() {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /** Minimum, median and maximum. */
  String text(String unit) {
    List<Double> sorted = values.stream().sorted().toList();
    return String.format(
        Locale.ROOT, "%.1f / %.1f / %.1f %s", sorted.getFirst(), median(), sorted.getLast(), unit);
  }
}
