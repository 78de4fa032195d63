package dev.dragonfly.common.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what was started, in reverse order; what fails to close is logged and the rest goes on.
 */
public final class Closer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Remembers the resource and returns it. */
  public synchronized <T extends AutoCloseable> T add(T resource) {
    open.push(resource);
    return resource;
  }

  @Override
  public void close() {
    @Nullable AutoCloseable next;
    while ((next = poll()) != null) {
      try {
        next.close();
      } catch (Exception e) {
        LOG.warn("closing {} failed", next.getClass().getSimpleName(), e);
      }
    }
  }

  private synchronized @Nullable AutoCloseable poll() {
    return open.poll();
  }
}
