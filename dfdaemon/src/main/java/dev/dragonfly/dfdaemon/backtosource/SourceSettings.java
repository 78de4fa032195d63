package dev.dragonfly.dfdaemon.backtosource;

import dev.dragonfly.common.config.DataSize;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a download reads its source.
 *
 * @param concurrentRanges range requests at the same time for one download
 * @param segmentLength bytes that one range request asks for, rounded up to pieces
 * @param attempts how often in a row a range may fail without a byte of progress
 * @param backoff pause before the second attempt; doubles after each
 */
public record SourceSettings(
    int concurrentRanges, DataSize segmentLength, int attempts, Duration backoff) {
  /** Values for a configuration that does not say. */
  public static final SourceSettings DEFAULT = new SourceSettings(0, null, 0, null);

  public SourceSettings(
      int concurrentRanges,
      @Nullable DataSize segmentLength,
      int attempts,
      @Nullable Duration backoff) {
    this.concurrentRanges = concurrentRanges == 0 ? 4 : concurrentRanges;
    this.segmentLength = segmentLength == null ? DataSize.parse("32MiB") : segmentLength;
    this.attempts = attempts == 0 ? 4 : attempts;
    this.backoff = backoff == null ? Duration.ofMillis(200) : backoff;
    if (this.concurrentRanges < 1 || this.attempts < 1) {
      throw new IllegalArgumentException("concurrentRanges and attempts must be positive");
    }
  }
}
