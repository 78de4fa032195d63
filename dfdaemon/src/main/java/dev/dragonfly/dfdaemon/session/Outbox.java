package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.PeerEvent;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;

/**
 * Events that wait for a slow connection, in order. Beyond the limit the oldest piece report gives
 * way (the next holdings tell what is held); other events never do: a download has few of them.
 * Guarded by the lock of its session.
 */
final class Outbox {

  static final int MAX_REPORTS = 1024;

  private final ArrayDeque<PeerEvent> events = new ArrayDeque<>();
  private int reports;
  private long dropped;

  void add(PeerEvent event) {
    events.add(event);
    if (isReport(event)) {
      reports++;
    }
    if (reports > MAX_REPORTS) {
      dropOldestReport();
    }
  }

  Optional<PeerEvent> poll() {
    PeerEvent next = events.poll();
    if (next == null) {
      return Optional.empty();
    }
    if (isReport(next)) {
      reports--;
    }
    return Optional.of(next);
  }

  /** How many reports gave way. */
  long dropped() {
    return dropped;
  }

  /** Whether the event tells of one piece only. */
  static boolean isReport(PeerEvent event) {
    return switch (event) {
      case PeerEvent.PieceFinished p -> true;
      case PeerEvent.PieceFailed p -> true;
      case PeerEvent.PieceBackToSourceFailed p -> true;
      case PeerEvent.Register r -> false;
      case PeerEvent.Started s -> false;
      case PeerEvent.BackToSourceStarted b -> false;
      case PeerEvent.Reschedule r -> false;
      case PeerEvent.Finished f -> false;
      case PeerEvent.BackToSourceFinished f -> false;
      case PeerEvent.Failed f -> false;
      case PeerEvent.BackToSourceFailed f -> false;
    };
  }

  private void dropOldestReport() {
    for (Iterator<PeerEvent> all = events.iterator(); all.hasNext(); ) {
      if (isReport(all.next())) {
        all.remove();
        reports--;
        dropped++;
        return;
      }
    }
  }
}
