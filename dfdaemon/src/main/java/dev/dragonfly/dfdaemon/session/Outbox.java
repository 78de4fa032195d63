package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.host.PeerId;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Events that wait for a slow connection, in order. Beyond the limit the oldest piece report gives
 * way (the next holdings tell what is held); of other events the newest of a kind replaces the one
 * that waits, so that a download that does the same again and again fills no memory. Guarded by the
 * lock of its session.
 */
final class Outbox {
  static final int MAX_REPORTS = 1024;

  private final ArrayDeque<PeerEvent> events = new ArrayDeque<>();
  private int reports;
  private long dropped;

  void add(PeerEvent event) {
    PeerEvent added = event;
    if (!isReport(event)) {
      added = merged(event);
      events.removeIf(waiting -> waiting.getClass() == event.getClass());
    }
    events.add(added);
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

  /** A parent that failed must not be forgotten because more was said. */
  private PeerEvent merged(PeerEvent event) {
    if (event instanceof PeerEvent.Reschedule newer) {
      for (PeerEvent waiting : events) {
        if (waiting instanceof PeerEvent.Reschedule older) {
          Set<PeerId> failed = new LinkedHashSet<>(older.failed());
          failed.addAll(newer.failed());
          return new PeerEvent.Reschedule(List.copyOf(failed), newer.reason());
        }
      }
    }
    return event;
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
