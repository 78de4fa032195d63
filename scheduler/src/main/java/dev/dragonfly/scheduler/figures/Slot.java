package dev.dragonfly.scheduler.figures;

/**
 * What this scheduler counted within ten seconds.
 *
 * @param begin seconds since 1970, a multiple of ten
 * @param originBytes bytes that hosts read at sources
 * @param seedBytes bytes that hosts got from seeds
 * @param peerBytes bytes that hosts got from ordinary peers
 * @param downloads those that ended well
 * @param failures those that ended badly
 * @param backToSource those that ended well and read the source
 * @param hosts live hosts of the cluster at the end
 * @param running streams of peers at the end
 */
public record Slot(
    long begin,
    long originBytes,
    long seedBytes,
    long peerBytes,
    long downloads,
    long failures,
    long backToSource,
    int hosts,
    int running) {
  /** How long a slot lasts. */
  public static final long SECONDS = 10;

  /** Begin of the slot that a second is in. */
  static long beginOf(long second) {
    return second / SECONDS * SECONDS;
  }
}
