package dev.dragonfly.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Times by what took them, as text while they come and as one line of JSON. */
final class StartTimes {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final boolean json;
  private final int rounds;
  private final Map<String, Object> medians = new LinkedHashMap<>();

  /** Does it once. */
  @FunctionalInterface
  interface Action {
    /**
     * @param round from 0
     * @return milliseconds
     */
    double millis(int round) throws Exception;
  }

  StartTimes(boolean json, int rounds) {
    this.json = json;
    this.rounds = rounds;
    medians.put("rounds", rounds);
  }

  /** Does it as often as told and says minimum, median and maximum. */
  void measure(String key, String words, Action action) throws Exception {
    Figures figures = new Figures();
    Machine.Ticks before = Machine.ticks();
    for (int i = 0; i < rounds; i++) {
      figures.add(action.millis(i));
    }
    say(
        String.format(
            Locale.ROOT,
            "%s (min / median / max): %s, machine busy %.0f %%",
            words,
            figures.text("ms"),
            100 * Machine.ticks().busySince(before)));
    medians.put(key, Math.round(figures.median() * 10) / 10.0);
  }

  void add(String key, long value) {
    medians.put(key, value);
  }

  void say(String line) {
    (json ? System.err : System.out).println(line);
  }

  void end() {
    if (json) {
      System.out.println(JSON.writeValueAsString(medians));
    }
  }

  static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }
}
