package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.config.Bounds;
import dev.dragonfly.common.config.DataSize;
import java.time.Duration;

/**
 * What the proxy bears.
 *
 * @param connections open connections; further ones are closed at once
 * @param headerSize bytes of a request line with its headers; more is answered 431 or 414
 * @param headerTimeout within which a request must have arrived once it began
 * @param idleTimeout how long a connection may wait for its next request
 * @param stallTimeout within which a client must take a chunk of at most 1 MiB
 * @param requests requests that are answered at the same time
 * @param queue requests that may wait for their turn; further ones are answered 503
 * @param queueWait how long pings, manifests and the like wait for their turn
 * @param blobQueueWait how long blobs wait: a runtime that has the manifest cannot go elsewhere
 * @param answerTimeout within which a registry must begin to answer, and within which something of
 *     shared content must have come before the registry is asked directly
 * @param progressTimeout how long a body may pause before the rest is read from the registry
 *     directly
 * @param drainTimeout how long answers that are on their way may go on when the proxy closes
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

  public ProxyLimits {
    Bounds.positive("connections", connections);
    Bounds.positive("headerTimeout", headerTimeout);
    Bounds.positive("idleTimeout", idleTimeout);
    Bounds.positive("stallTimeout", stallTimeout);
    Bounds.positive("requests", requests);
    Bounds.positive("queue", queue);
    Bounds.positive("queueWait", queueWait);
    Bounds.positive("blobQueueWait", blobQueueWait);
    Bounds.positive("answerTimeout", answerTimeout);
    Bounds.positive("progressTimeout", progressTimeout);
    Bounds.positive("drainTimeout", drainTimeout);
    if (headerSize.bytes() < MIN_HEADER || headerSize.bytes() > MAX_HEADER) {
      throw new IllegalArgumentException("headerSize must be 1KiB to 1MiB, got " + headerSize);
    }
  }
}
