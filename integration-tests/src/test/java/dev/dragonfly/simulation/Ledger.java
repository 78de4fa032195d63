package dev.dragonfly.simulation;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.host.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must hold in a world, and what was found that does not; one line for each event kept. */
final class Ledger {
  private final SimulatedTime time;
  private final boolean keepsLog;
  private final List<String> log = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final Map<PeerId, Integer> reschedules = new HashMap<>();
  private final Map<PeerId, Integer> messages = new HashMap<>();
  long originBytes;
  long busyAnswers;
  long events;

  Ledger(SimulatedTime time, boolean keepsLog) {
    this.time = time;
    this.keepsLog = keepsLog;
  }

  void log(Object who, String what, Object detail) {
    events++;
    if (keepsLog) {
      log.add("%.3f %s %s %s".formatted(time.nanos() / 1e9, who, what, detail));
    }
  }

  void violated(String what) {
    String line = "%.3f %s".formatted(time.nanos() / 1e9, what);
    violations.add(line);
    log("!", "VIOLATED", what);
  }

  /** A child says that a parent failed it. */
  void failed(SimulatedHost child, SimulatedHost parent, PieceFailure failure) {
    log(child, failure.name(), parent);
    boolean fair =
        switch (failure) {
          case CORRUPT -> parent.member().lies();
          case STALLED, REFUSED, GONE -> parent.mayFail();
          case BUSY, UNSPECIFIED -> true;
        };
    if (!fair) {
      violated(child + " says " + failure + " of " + parent + ", which is not to blame");
    }
  }

  /** A peer asks for others in place of these. */
  void rescheduled(SimulatedHost child, PeerId peer, List<SimulatedHost> failed) {
    reschedules.merge(peer, 1, Integer::sum);
    for (SimulatedHost parent : failed) {
      // Who was caught lying is not spoken with any more. A host that a scheduler has not named to
      // the one that catches it is caught without a word to anybody, so nothing else can be asked.
      boolean caught = child.member().lies();
      boolean fair =
          caught || parent.mayFail() || parent.member().lies() || !child.canVerify(parent);
      if (!fair) {
        violated(child + " gave " + parent + " up, which is not to blame");
      }
    }
  }

  void told(PeerId peer) {
    messages.merge(peer, 1, Integer::sum);
  }

  int mostReschedules() {
    return reschedules.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  int mostMessages() {
    return messages.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  List<String> log() {
    return log;
  }

  List<String> violations() {
    return violations;
  }
}
