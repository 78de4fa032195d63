package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.dfdaemon.swarm.policy.Uplink;
import java.time.Duration;

/**
 * What this host has promised to send and has not sent yet, for all tasks. Who would wait too long
 * is told to come back: it is no fault of a host that many ask it at once. Guarded by its own
 * monitor.
 */
final class UploadBacklog {
  private static final long AIM_NANOS = Duration.ofMillis(150).toNanos();
  private static final int LEAST_BLOCKS = 4;

  private final Uplink uplink = new Uplink(AIM_NANOS, LEAST_BLOCKS);

  synchronized void promised(int bytes, long nowNanos) {
    uplink.queued(bytes, nowNanos);
  }

  /** Bytes left, or will not be sent any more. */
  synchronized void settled(int bytes, boolean sent, long nowNanos) {
    uplink.gone(bytes, sent, nowNanos);
  }

  synchronized boolean isIdle() {
    return uplink.isIdle();
  }

  /** How long one more should stay away; zero when there is room. */
  synchronized Duration pause() {
    return uplink.hasRoom() ? Duration.ZERO : Duration.ofNanos(uplink.retryNanos());
  }
}
