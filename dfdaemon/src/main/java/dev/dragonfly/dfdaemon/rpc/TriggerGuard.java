package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.net.Cidr;
import dev.dragonfly.common.observe.LogPause;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.dynconfig.Schedulers;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may make this daemon fetch a URL or delete a task through the port for peers: the schedulers
 * that the manager or the configuration lists, by their address. As an interceptor it notes who
 * calls; {@link #admit} is called from virtual threads, as it may look for new schedulers.
 */
public final class TriggerGuard implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(TriggerGuard.class);
  private static final Context.Key<SocketAddress> CALLER = Context.key("caller");

  /** Downloads that callers of this port may have running. */
  private static final int MOST_RUNNING = 256;

  /** Strangers for whom the list is looked at again; more are refused without a look. */
  private static final int MOST_STRANGERS = 16;

  private final Schedulers schedulers;
  private final List<Cidr> networks;
  private final LogPause logPause;
  private final Semaphore running = new Semaphore(MOST_RUNNING);
  private final Semaphore strangers = new Semaphore(MOST_STRANGERS);

  /**
   * @param networks whoever else may
   */
  public TriggerGuard(Schedulers schedulers, List<Cidr> networks, Time time) {
    this.schedulers = schedulers;
    this.networks = List.copyOf(networks);
    this.logPause = new LogPause(time);
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return Contexts.interceptCall(Context.current().withValue(CALLER, remote), call, headers, next);
  }

  /** Who makes the call that this thread answers; null when nobody noted it. */
  static @Nullable SocketAddress caller() {
    return CALLER.get();
  }

  /**
   * Returns when the caller may.
   *
   * @throws DragonflyException PERMISSION_DENIED when not
   */
  void admit(String what, @Nullable SocketAddress caller) {
    if (!(caller instanceof InetSocketAddress inet)) {
      throw refused(what, String.valueOf(caller));
    }
    InetAddress address = Cidr.unmapped(inet.getAddress());
    if (!isKnown(address) && !isKnownAfterALook(address)) {
      throw refused(what, address.getHostAddress());
    }
  }

  /** Takes a place for a download; whoever got it gives it back by {@link #leave}. */
  boolean enter() {
    return running.tryAcquire();
  }

  void leave() {
    running.release();
  }

  private boolean isKnown(InetAddress address) {
    return schedulers.lists(address)
        || networks.stream().anyMatch(network -> network.contains(address));
  }

  /** A scheduler that has just joined may ask before this daemon has heard of it. */
  private boolean isKnownAfterALook(InetAddress address) {
    if (!strangers.tryAcquire()) {
      return false;
    }
    try {
      schedulers.lookAgain();
    } finally {
      strangers.release();
    }
    return isKnown(address);
  }

  private DragonflyException refused(String what, String address) {
    if (logPause.isOver(address)) {
      LOG.warn("trigger refused what={} address={}", what, address);
    }
    return new DragonflyException(
        ErrorCode.PERMISSION_DENIED,
        "tried %s from %s, which is no scheduler that the manager or scheduler.addresses lists; where others may, server.triggerFrom names their networks"
            .formatted(what, address));
  }
}
