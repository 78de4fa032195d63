package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.PeerEvent;
import java.time.Duration;
import java.util.Optional;

/**
 * The conversation of one download with its scheduler. Survives the scheduler: it reconnects, fails
 * over along the ring and registers again. Safe for any thread.
 */
public interface SchedulerSession extends AutoCloseable {
  /**
   * Queues an event; never blocks. While there is no connection piece reports are dropped (the next
   * register tells what is held), a terminal event is kept until delivered or the session closes.
   */
  void send(PeerEvent event);

  /** The next signal, or empty when none came within the wait. Blocks. */
  Optional<Signal> next(Duration wait);

  /** Whether a scheduler is connected now. */
  boolean connected();

  /** Ends the conversation; waits a bounded time for a queued terminal event to be delivered. */
  @Override
  void close();
}
