package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.config.DataSize;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy bears.
 *
 * @param connections open connections; further ones are closed at once (4096)
 * @param headerSize bytes of a request line with its headers (64 KiB); more is answered 431 or 414
 * @param headerTimeout within which a request must have arrived once it began (10 s)
 * @param idleTimeout how long a connection may wait for its next request (60 s)
 * @param stallTimeout within which a client must take a chunk of at most 1 MiB (60 s)
 * @param requests requests that are answered at the same time (512)
 * @param queue requests that may wait for their turn; further ones are answered 503 (2048)
 * @param queueWait how long pings, manifests and the like wait for their turn (1 s)
 * @param blobQueueWait how long blobs wait: a runtime that has the manifest cannot go elsewhere (30
 *     s)
 * @param answerTimeout within which a registry must begin to answer, and within which something of
 *     shared content must have come before the registry is asked directly (10 s)
 * @param progressTimeout how long a body may pause before the rest is read from the registry
 *     directly (20 s)
 * @param drainTimeout how long answers that are on their way may go on when the proxy closes (10 s)
 */
public record ProxyLimits(
    int connections,
    DataSize headerSize,
    Duration headerTimeout,
    Duration idleTimeout,
    Duration stallTimeout,
    int requests,
    int queue,
    Duration queueWait,
    Duration blobQueueWait,
    Duration answerTimeout,
    Duration progressTimeout,
    Duration drainTimeout) {
  private static final int MIN_HEADER = 1 << 10;
  private static final int MAX_HEADER = 1 << 20;
  private static final DataSize HEADER_SIZE = new DataSize(64 << 10);
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Values for a configuration that does not say. */
  public static final ProxyLimits DEFAULT =
      new ProxyLimits(
          0,
          HEADER_SIZE,
          SECOND.multipliedBy(10),
          SECOND.multipliedBy(60),
          SECOND.multipliedBy(60),
          0,
          0,
          SECOND,
          SECOND.multipliedBy(30),
          SECOND.multipliedBy(10),
          SECOND.multipliedBy(20),
          SECOND.multipliedBy(10));

  public ProxyLimits {
    connections = positive("connections", connections, 4096);
    headerSize = Objects.requireNonNullElse(headerSize, HEADER_SIZE);
    headerTimeout = positive("headerTimeout", headerTimeout, 10);
    idleTimeout = positive("idleTimeout", idleTimeout, 60);
    stallTimeout = positive("stallTimeout", stallTimeout, 60);
    requests = positive("requests", requests, 512);
    queue = positive("queue", queue, 2048);
    queueWait = positive("queueWait", queueWait, 1);
    blobQueueWait = positive("blobQueueWait", blobQueueWait, 30);
    answerTimeout = positive("answerTimeout", answerTimeout, 10);
    progressTimeout = positive("progressTimeout", progressTimeout, 20);
    drainTimeout = positive("drainTimeout", drainTimeout, 10);
    if (headerSize.bytes() < MIN_HEADER || headerSize.bytes() > MAX_HEADER) {
      throw new IllegalArgumentException("headerSize must be 1KiB to 1MiB, got " + headerSize);
    }
  }

  private static int positive(String key, int value, int byDefault) {
    if (value < 0) {
      throw new IllegalArgumentException(key + " must be positive, got " + value);
    }
    return value == 0 ? byDefault : value;
  }

  private static Duration positive(String key, @Nullable Duration value, int seconds) {
    if (value != null && !value.isPositive()) {
      throw new IllegalArgumentException(key + " must be positive, got " + value);
    }
    return value == null ? Duration.ofSeconds(seconds) : value;
  }
}
