package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.time.Backoff;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Whom to try next: the schedulers of a task in the order of the ring, each once, then a pause that
 * grows from 100 ms to 2 s, with chance in it. Decides only; guarded by the lock of its session.
 */
final class SchedulerOrder {
  static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final ArrayDeque<InetSocketAddress> left = new ArrayDeque<>();
  private final Backoff pauses;

  SchedulerOrder(RandomGenerator random) {
    this.pauses = new Backoff(SHORTEST_PAUSE, LONGEST_PAUSE, random);
  }

  /** Begins again with these, best first. */
  void begin(List<InetSocketAddress> order) {
    left.clear();
    left.addAll(order);
  }

  /** The next one, or empty when all have been tried. */
  Optional<InetSocketAddress> next() {
    return Optional.ofNullable(left.poll());
  }

  /** How long to pause after all have been tried; longer each time. */
  Duration pause() {
    return pauses.next();
  }

  /**
   * A conversation broke that had been good. When it lasted, everything begins anew with the one
   * behind it; when it was short the round goes on, so that a scheduler that accepts and breaks is
   * not tried without pause.
   */
  void broke(InetSocketAddress scheduler, Duration lasted, List<InetSocketAddress> order) {
    if (lasted.compareTo(LONGEST_PAUSE) < 0) {
      return;
    }
    pauses.reset();
    List<InetSocketAddress> others = new ArrayList<>(order);
    int index = Math.max(0, others.indexOf(scheduler));
    List<InetSocketAddress> rotated = new ArrayList<>(others.subList(index, others.size()));
    rotated.addAll(others.subList(0, index));
    if (rotated.remove(scheduler)) {
      rotated.add(scheduler);
    }
    begin(rotated);
  }
}
