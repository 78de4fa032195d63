package dev.dragonfly.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/** A limited number of links that one host sends on at the same time, each in its turn. */
final class LinkSlots {
  private final SimulatedHost host;
  private final Deque<SimulatedLink> turns = new ArrayDeque<>();
  private int busy;

  LinkSlots(SimulatedHost host) {
    this.host = host;
  }

  void add(SimulatedLink link) {
    turns.add(link);
  }

  void next() {
    for (int i = turns.size(); i > 0 && busy < host.member().slots() && host.isAlive(); i--) {
      SimulatedLink link = turns.removeFirst();
      turns.addLast(link);
      if (link.isWaiting()) {
        busy++;
        link.sendNext();
      }
    }
  }

  void ended() {
    busy--;
    next();
  }
}
