package dev.dragonfly.manager.row;

import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/**
 * Counts what this manager wrote of clusters and instances, so that what it remembers of them is
 * compared with the database again: whoever changed something sees it at his next call. Safe for
 * any thread.
 */
@Component
public final class ChangeCount {
  private final AtomicLong changes = new AtomicLong();

  /** Something was written and is visible to others. */
  public void changed() {
    changes.incrementAndGet();
  }

  /** How many changes there were. */
  public long now() {
    return changes.get();
  }
}
