package dev.dragonfly.dfdaemon.storage;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts who uses a task, so that one that nobody uses can be forgotten, and nobody uses it after
 * that. Safe for any thread.
 */
final class TaskUse {
  private static final int FORGOTTEN = -1;

  private final AtomicInteger users = new AtomicInteger();

  StoredTask.Subscription begin() {
    add(1);
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        add(-1);
      }
    };
  }

  private void add(int more) {
    users.updateAndGet(count -> count == FORGOTTEN ? FORGOTTEN : count + more);
  }

  /** Whether nobody uses it, now and from now on. */
  boolean endUnlessUsed() {
    return users.compareAndSet(0, FORGOTTEN);
  }
}
