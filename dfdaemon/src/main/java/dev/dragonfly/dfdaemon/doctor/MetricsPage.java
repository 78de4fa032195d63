package dev.dragonfly.dfdaemon.doctor;

import java.util.OptionalDouble;

/**
 * What a daemon measures, as Prometheus reads it.
 *
 * @param text the page
 */
record MetricsPage(String text) {
  /** Whether it is of a daemon of ours. */
  boolean isOfDaemon() {
    return value("dragonfly_dfdaemon_pieces_total", "").isPresent();
  }

  /**
   * The value of a meter.
   *
   * @param label a label that it has, as {@code name="value"}; empty for any
   */
  OptionalDouble value(String name, String label) {
    return text.lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst();
  }
}
