package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.time.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which of the words that a parent is busy are worth a message: a busy parent says so many times a
 * second, and the scheduler only wants to know that it is. Guarded by the lock of its session.
 */
final class BusyReports {
  private static final Duration NEWS_AGAIN_AFTER = Duration.ofSeconds(10);
  private static final int MOST_PARENTS = 64;

  private final Time time;
  private final Map<PeerId, Long> told = new LinkedHashMap<>();

  BusyReports(Time time) {
    this.time = time;
  }

  /** False for a parent that was reported as busy less than 10 s ago; true for all other events. */
  boolean isNews(PeerEvent event) {
    if (!(event instanceof PeerEvent.PieceFailed failed) || failed.failure() != PieceFailure.BUSY) {
      return true;
    }
    Long before = told.get(failed.parentId());
    long now = time.nanos();
    if (before != null && now - before < NEWS_AGAIN_AFTER.toNanos()) {
      return false;
    }
    if (told.size() >= MOST_PARENTS) {
      told.remove(told.keySet().iterator().next());
    }
    told.put(failed.parentId(), now);
    return true;
  }
}
