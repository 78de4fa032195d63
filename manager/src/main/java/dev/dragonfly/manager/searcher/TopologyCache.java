package dev.dragonfly.manager.searcher;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.row.ChangeCount;
import dev.dragonfly.manager.searcher.TopologyReader.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/**
 * The topology as it was at most half a second ago, or after the last change that was made through
 * this manager. One caller compares it with the database, the others wait for it: however many
 * daemons ask, the database is asked twice a second. Blocks: call from a virtual thread.
 */
@Component
public final class TopologyCache {
  /** With the time that the comparison takes, nobody is told what is older than a second. */
  private static final long OLDEST = Duration.ofMillis(500).toNanos();

  private final TopologyReader reader;
  private final ChangeCount changes;
  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Held held;

  /** A reading, when it was compared, and how many changes there were before that. */
  private record Held(Reading reading, long comparedAt, long changes) {}

  TopologyCache(TopologyReader reader, ChangeCount changes, Time time) {
    this.reader = reader;
    this.changes = changes;
    this.time = time;
    TopologySnapshot nothing = new TopologySnapshot(List.of(), List.of(), Map.of());
    this.held = new Held(new Reading("", nothing), time.nanos() - OLDEST, -1);
  }

  /** The topology; the same object until something changes. */
  public TopologySnapshot now() {
    Held known = held;
    if (isFresh(known)) {
      return known.reading().snapshot();
    }
    lock.lock();
    try {
      known = held;
      if (!isFresh(known)) {
        // Both before the look: what happens during it may be missed by it.
        long at = time.nanos();
        long before = changes.now();
        known = new Held(reader.read(known.reading()), at, before);
        held = known;
      }
      return known.reading().snapshot();
    } finally {
      lock.unlock();
    }
  }

  private boolean isFresh(Held known) {
    return known.changes() == changes.now() && time.nanos() - known.comparedAt() < OLDEST;
  }
}
