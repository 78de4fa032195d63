package dev.dragonfly.dfdaemon.swarm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pieces that are being fetched now. Guarded by the lock of its {@link Swarm}. */
final class Flights {
  private final Map<Integer, Flight> flights = new HashMap<>();

  private record Flight(long sinceNanos, Neighbour from, int copies) {}

  /** A piece that one parent alone is asked for. */
  record Lone(int piece, Neighbour from) {}

  boolean isEmpty() {
    return flights.isEmpty();
  }

  /** The parent is asked for the piece, perhaps as a second one. */
  void depart(int piece, Neighbour from, long nanos) {
    Flight before = flights.get(piece);
    flights.put(piece, new Flight(nanos, from, before == null ? 1 : before.copies() + 1));
  }

  /** One request for the piece is over; returns whether it was the last. */
  boolean land(int piece) {
    Flight flight = flights.remove(piece);
    if (flight == null || flight.copies() <= 1) {
      return true;
    }
    flights.put(piece, new Flight(flight.sinceNanos(), flight.from(), flight.copies() - 1));
    return false;
  }

  /** Pieces that one parent has been asked for since before this moment. */
  List<Lone> loneSince(long nanos) {
    List<Lone> lone = new ArrayList<>();
    flights.forEach((piece, flight) -> {
      if (flight.copies() == 1 && flight.sinceNanos() <= nanos) {
        lone.add(new Lone(piece, flight.from()));
      }
    });
    return lone;
  }
}
