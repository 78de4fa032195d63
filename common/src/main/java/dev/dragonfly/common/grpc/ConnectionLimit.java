package dev.dragonfly.common.grpc;

import io.netty.channel.Channel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the connections of a server and closes those beyond the limit, before anything is read
 * from them. Called on event loops; guarded by its own monitor.
 */
final class ConnectionLimit {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);
  private static final int NETWORK_BYTES = 8;

  private final int most;
  private final int mostOfOne;
  private final Map<InetAddress, Integer> open = new HashMap<>();
  private int all;

  ConnectionLimit(ServerLimits limits) {
    this.most = limits.connections();
    this.mostOfOne = limits.connectionsPerAddress();
  }

  /** Counts the connection until it ends, or closes it and says false. */
  boolean admit(Channel channel) {
    // a unix socket has no address: its file's mode says who may connect
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      return true;
    }
    InetAddress from = network(remote.getAddress());
    if (!enter(from)) {
      LOG.debug("connection refused, too many peer={}", remote);
      channel.close();
      return false;
    }
    channel.closeFuture().addListener(closed -> leave(from));
    return true;
  }

  private synchronized boolean enter(InetAddress from) {
    int ofOne = open.getOrDefault(from, 0);
    if (all >= most || ofOne >= mostOfOne) {
      return false;
    }
    all++;
    open.put(from, ofOne + 1);
    return true;
  }

  private synchronized void leave(InetAddress from) {
    all--;
    open.computeIfPresent(from, (address, count) -> count == 1 ? null : count - 1);
  }

  /** One who has an IPv6 address usually has 2^64 of them, so they count as one. */
  static InetAddress network(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] bytes = address.getAddress();
    Arrays.fill(bytes, NETWORK_BYTES, bytes.length, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 16 bytes", e);
    }
  }
}
