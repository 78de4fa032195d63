package dev.dragonfly.common.grpc;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One channel for each address. Beyond the limit the one not used for longest is shut down; its
 * calls go on to their end. Safe for any thread.
 */
public final class ChannelCache implements AutoCloseable {
  private final GrpcChannels factory;
  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<InetSocketAddress, ManagedChannel> channels =
      new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param most channels that are kept
   */
  public ChannelCache(GrpcChannels factory, int most) {
    this.factory = factory;
    this.most = most;
  }

  /**
   * The channel; when its last attempt to connect failed it tries again at once, not later.
   *
   * @param address with an IP literal: names of strangers are not looked up
   */
  public ManagedChannel to(InetSocketAddress address) {
    ManagedChannel channel;
    lock.lock();
    try {
      channel = channels.computeIfAbsent(address, this::open);
      shutDownUnused();
    } finally {
      lock.unlock();
    }
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
    return channel;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      channels.values().forEach(ManagedChannel::shutdownNow);
      channels.clear();
    } finally {
      lock.unlock();
    }
  }

  private ManagedChannel open(InetSocketAddress address) {
    InetAddress resolved = address.getAddress();
    if (resolved == null) {
      throw new IllegalArgumentException("not an IP address: " + address);
    }
    return factory.tcp(resolved.getHostAddress(), address.getPort());
  }

  private void shutDownUnused() {
    Iterator<ManagedChannel> eldest = channels.values().iterator();
    while (channels.size() > most) {
      eldest.next().shutdown();
      eldest.remove();
    }
  }
}
