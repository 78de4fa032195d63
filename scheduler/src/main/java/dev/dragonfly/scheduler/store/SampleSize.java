package dev.dragonfly.scheduler.store;

/**
 * How many candidates one look reads at most.
 *
 * @param full peers with everything or at the source
 * @param partial peers with pieces
 * @param mesh peers with parents only
 */
public record SampleSize(int full, int partial, int mesh) {
  /** Splits a total: three eighths, three eighths, two eighths. */
  public static SampleSize of(int total) {
    int large = Math.max(1, total * 3 / 8);
    return new SampleSize(large, large, Math.max(1, total - 2 * large));
  }
}
