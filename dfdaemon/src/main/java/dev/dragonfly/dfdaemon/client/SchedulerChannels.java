package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.common.grpc.GrpcChannels;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One channel for each scheduler. Beyond the limit the one not used for longest is shut down; its
 * calls go on. Safe for any thread.
 */
final class SchedulerChannels implements AutoCloseable {

  static final int MAX_CHANNELS = 64;

  private final GrpcChannels factory;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<InetSocketAddress, ManagedChannel> channels =
      new LinkedHashMap<>(16, 0.75f, true);

  SchedulerChannels(GrpcChannels factory) {
    this.factory = factory;
  }

  /** The channel; when its last attempt to connect failed it tries again at once, not later. */
  ManagedChannel to(InetSocketAddress scheduler) {
    ManagedChannel channel;
    lock.lock();
    try {
      channel = channels.computeIfAbsent(scheduler, this::open);
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

  private ManagedChannel open(InetSocketAddress scheduler) {
    return factory.tcp(scheduler.getAddress().getHostAddress(), scheduler.getPort());
  }

  private void shutDownUnused() {
    while (channels.size() > MAX_CHANNELS) {
      InetSocketAddress eldest = channels.keySet().iterator().next();
      ManagedChannel unused = channels.remove(eldest);
      if (unused != null) {
        unused.shutdown();
      }
    }
  }
}
