package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.concurrent.Threads;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.HashedWheelTimer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The threads of one Redis client: those of Lettuce, but with a timer that seldom wakes. */
final class LettuceThreads implements AutoCloseable {
  /**
   * The timer wakes as often whether there is something to do or not; every 100 ms, as Lettuce has
   * it, was a fifth of what a scheduler at rest used. It ends calls that nobody answers and delays
   * new connections: both may come so much later.
   */
  private static final Duration TICK = Duration.ofSeconds(1);

  private static final int CLOSE_SECONDS = 2;

  private final HashedWheelTimer timer =
      new HashedWheelTimer(
          Threads.daemonFactory("redis-timer"), TICK.toMillis(), TimeUnit.MILLISECONDS);
  private final ClientResources resources = ClientResources.builder().timer(timer).build();

  /** For the client. */
  ClientResources resources() {
    return resources;
  }

  /** To be called when the client has ended: what it was given it leaves running. */
  @Override
  public void close() {
    resources
        .shutdown(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    timer.stop();
  }
}
