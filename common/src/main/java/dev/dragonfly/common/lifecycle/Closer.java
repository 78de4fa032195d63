package dev.dragonfly.common.lifecycle;

import dev.dragonfly.common.concurrent.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what was started, in reverse order, each on a thread of its own; what fails to close or
 * takes too long is logged and the rest goes on.
 */
public final class Closer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Duration limit;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** With a limit of 5 s for each resource. */
  public Closer() {
    this(LIMIT);
  }

  /**
   * @param limit how long closing one resource may hold up the next
   */
  Closer(Duration limit) {
    this.limit = limit;
  }

  /** Remembers the resource and returns it. */
  public synchronized <T extends AutoCloseable> T add(T resource) {
    open.push(resource);
    return resource;
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    @Nullable AutoCloseable next;
    while ((next = poll()) != null) {
      interrupted |= close(next);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether this thread was interrupted meanwhile. */
  private boolean close(AutoCloseable resource) {
    String name = resource.getClass().getSimpleName();
    Thread closing = Threads.daemon("close-" + name, () -> closeQuietly(resource, name));
    try {
      if (!closing.join(limit)) {
        LOG.warn("closing resource={} takes longer than limit={}: going on", name, limit);
      }
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private static void closeQuietly(AutoCloseable resource, String name) {
    try {
      resource.close();
    } catch (Exception e) {
      LOG.warn("closing resource={} failed", name, e);
    }
  }

  private synchronized @Nullable AutoCloseable poll() {
    return open.poll();
  }
}
