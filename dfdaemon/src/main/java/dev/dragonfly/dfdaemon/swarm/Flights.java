package dev.dragonfly.dfdaemon.swarm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The requests for pieces that are under way. Guarded by the lock of its {@link Swarm}. */
final class Flights {
  private final Map<Integer, List<Assignment>> byPiece = new HashMap<>();

  boolean isEmpty() {
    return byPiece.isEmpty();
  }

  /** A parent is asked, perhaps as a second one. */
  void depart(Assignment assignment) {
    byPiece.computeIfAbsent(assignment.piece(), piece -> new ArrayList<>(2)).add(assignment);
  }

  /** One request is over; returns those for the same piece that go on. */
  List<Assignment> land(Assignment assignment) {
    List<Assignment> others = byPiece.getOrDefault(assignment.piece(), new ArrayList<>());
    others.remove(assignment);
    if (others.isEmpty()) {
      byPiece.remove(assignment.piece());
    }
    return List.copyOf(others);
  }

  /** Requests for pieces that one parent alone has been asked for since before this moment. */
  List<Assignment> loneSince(long nanos) {
    List<Assignment> lone = new ArrayList<>();
    for (List<Assignment> flights : byPiece.values()) {
      if (flights.size() == 1 && flights.getFirst().sinceNanos() <= nanos) {
        lone.add(flights.getFirst());
      }
    }
    return lone;
  }

  /** Requests whose bytes come slower than the least rate. */
  List<Assignment> tooSlow(long nowNanos) {
    List<Assignment> slow = new ArrayList<>();
    for (List<Assignment> flights : byPiece.values()) {
      for (Assignment flight : flights) {
        if (flight.rate().isTooSlow(nowNanos)) {
          slow.add(flight);
        }
      }
    }
    return slow;
  }
}
