package dev.dragonfly.dfdaemon.backtosource;

import dev.dragonfly.common.config.Bounds;
import dev.dragonfly.common.config.DataSize;
import java.time.Duration;

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
  public SourceSettings {
    Bounds.positive("concurrentRanges", concurrentRanges);
    Bounds.positive("attempts", attempts);
  }
}
