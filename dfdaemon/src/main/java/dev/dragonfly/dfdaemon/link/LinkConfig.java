package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.config.Bounds;
import dev.dragonfly.common.config.DataSize;
import java.time.Duration;

/**
 * Swarm sessions with other hosts.
 *
 * @param enabled whether sessions are begun and answered; without, only plain Vortex is spoken
 * @param links connections at most, in both directions together
 * @param conversations tasks that are spoken of on one link at most
 * @param requests blocks that another host may ask for at a time on one link; more are told to come
 *     back
 * @param slots links that blocks are sent on at the same time
 * @param controlQueue bytes that may wait for a host that does not read what it is told
 * @param helloTimeout within which another host must answer the first frame
 * @param idleTimeout after which a link without conversations is closed
 * @param stallTimeout how long a link may stand still in the middle of a frame or a block
 * @param answerTimeout within which this host answers who speaks of a task that it does not have
 * @param plainFor how long a host is remembered as one that knows no sessions
 */
public record LinkConfig(
    boolean enabled,
    int links,
    int conversations,
    int requests,
    int slots,
    DataSize controlQueue,
    Duration helloTimeout,
    Duration idleTimeout,
    Duration stallTimeout,
    Duration answerTimeout,
    Duration plainFor) {
  private static final long MIN_CONTROL_QUEUE = 1 << 20;

  public LinkConfig {
    Bounds.positive("links", links);
    Bounds.positive("conversations", conversations);
    Bounds.positive("requests", requests);
    Bounds.positive("slots", slots);
    Bounds.positive("helloTimeout", helloTimeout);
    Bounds.positive("idleTimeout", idleTimeout);
    Bounds.positive("stallTimeout", stallTimeout);
    Bounds.positive("answerTimeout", answerTimeout);
    if (controlQueue.bytes() < MIN_CONTROL_QUEUE) {
      throw new IllegalArgumentException(
          "controlQueue must be at least 1MiB, as one frame can have 256KiB; got " + controlQueue);
    }
  }
}
