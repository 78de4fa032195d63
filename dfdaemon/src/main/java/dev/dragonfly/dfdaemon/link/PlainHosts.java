package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.time.Time;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Addresses that know no sessions, for a while: it would cost each download a second to find out
 * again. Safe for any thread.
 */
final class PlainHosts {
  private static final int MOST = 4096;

  /** A host that said nothing may only have been busy. */
  private static final int SILENCE_SHARE = 10;

  private final Duration plainFor;
  private final Time time;
  private final Map<InetSocketAddress, Long> until = new LinkedHashMap<>();

  PlainHosts(Duration plainFor, Time time) {
    this.plainFor = plainFor;
    this.time = time;
  }

  synchronized boolean contains(InetSocketAddress address) {
    Long end = until.get(address);
    if (end != null && time.nanos() - end >= 0) {
      until.remove(address);
      return false;
    }
    return end != null;
  }

  /** It answered with what is no session, or did not answer. */
  synchronized void add(InetSocketAddress address, boolean answered) {
    long share = answered ? plainFor.toNanos() : plainFor.toNanos() / SILENCE_SHARE;
    until.remove(address);
    until.put(address, time.nanos() + share);
    if (until.size() > MOST) {
      until.remove(until.keySet().iterator().next());
    }
  }
}
