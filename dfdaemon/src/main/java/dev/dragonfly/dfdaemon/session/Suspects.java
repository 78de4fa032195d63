package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.time.Time;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Schedulers that did not answer a moment ago, so that not every new download waits for the same
 * silent one: they are tried last. When the suspicion is ten seconds old one session tries again;
 * an answer clears it. Holds at most one entry for each scheduler ever known. Safe for any thread.
 */
final class Suspects {
  static final Duration SUSPICION = Duration.ofSeconds(10);

  private final Time time;
  private final Map<InetSocketAddress, Long> since = new ConcurrentHashMap<>();

  Suspects(Time time) {
    this.time = time;
  }

  /** It did not answer. */
  void suspect(InetSocketAddress scheduler) {
    since.put(scheduler, time.nanos());
  }

  /** It answered. */
  void trust(InetSocketAddress scheduler) {
    since.remove(scheduler);
  }

  boolean isSuspect(InetSocketAddress scheduler) {
    return since.containsKey(scheduler);
  }

  /** The same, the suspects last; one whose time has come keeps its place for this caller only. */
  List<InetSocketAddress> putLast(List<InetSocketAddress> order) {
    List<InetSocketAddress> trusted = new ArrayList<>(order.size());
    List<InetSocketAddress> suspects = new ArrayList<>();
    for (InetSocketAddress scheduler : order) {
      (isSuspect(scheduler) && !claimTrial(scheduler) ? suspects : trusted).add(scheduler);
    }
    trusted.addAll(suspects);
    return trusted;
  }

  private boolean claimTrial(InetSocketAddress scheduler) {
    Long began = since.get(scheduler);
    long now = time.nanos();
    return began != null
        && now - began >= SUSPICION.toNanos()
        && since.replace(scheduler, began, now);
  }
}
