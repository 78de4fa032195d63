package dev.dragonfly.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What one round, or the medians of several, came to; the names of the fields with underscores are
 * the keys of the JSON.
 *
 * @param originBytes bytes of content that the origin sent
 * @param seedBytes bytes that peers got from the seed
 * @param duplicateBytes bytes that were sent and not kept, and that were kept twice
 * @param firstSeconds until the first of the peers that are compared with the bound had everything
 * @param lastSeconds until the last of them
 * @param slowSeconds until the last of those with slow links; 0 when there is none
 * @param processorPerGigabyte seconds of daemons and seed for 10^9 bytes that peers got
 * @param residentMebibytes the largest peak of one daemon
 * @param busy share of the machine's processors, everything on it counted
 */
record SwarmFigures(
    double originBytes,
    double seedBytes,
    double duplicateBytes,
    double firstSeconds,
    double medianSeconds,
    double lastSeconds,
    double slowSeconds,
    double processorPerGigabyte,
    double residentMebibytes,
    double busy) {

  /** Each figure's median for itself. */
  static SwarmFigures medians(List<SwarmFigures> rounds) {
    return new SwarmFigures(
        median(rounds, SwarmFigures::originBytes),
        median(rounds, SwarmFigures::seedBytes),
        median(rounds, SwarmFigures::duplicateBytes),
        median(rounds, SwarmFigures::firstSeconds),
        median(rounds, SwarmFigures::medianSeconds),
        median(rounds, SwarmFigures::lastSeconds),
        median(rounds, SwarmFigures::slowSeconds),
        median(rounds, SwarmFigures::processorPerGigabyte),
        median(rounds, SwarmFigures::residentMebibytes),
        median(rounds, SwarmFigures::busy));
  }

  private static double median(List<SwarmFigures> rounds, ToDoubleFunction<SwarmFigures> figure) {
    Figures figures = new Figures();
    rounds.forEach(round -> figures.add(figure.applyAsDouble(round)));
    return figures.median();
  }

  Map<String, Object> toMap(SwarmSettings settings) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("peers", settings.peers());
    json.put("file_bytes", settings.length());
    json.put("origin_bytes", (long) originBytes);
    json.put("seed_bytes", (long) seedBytes);
    json.put("duplicate_bytes", (long) duplicateBytes);
    json.put("first_seconds", rounded(firstSeconds));
    json.put("median_seconds", rounded(medianSeconds));
    json.put("last_seconds", rounded(lastSeconds));
    json.put("bound_seconds", rounded(settings.fastBound()));
    json.put("ratio", rounded(lastSeconds / settings.fastBound()));
    if (settings.slow() > 0) {
      json.put("slow_last_seconds", rounded(slowSeconds));
      json.put("slow_bound_seconds", rounded(settings.bound()));
    }
    json.put("cpu_seconds_per_gb", rounded(processorPerGigabyte));
    json.put("rss_mib_max", (long) residentMebibytes);
    json.put("busy", rounded(busy));
    return json;
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
