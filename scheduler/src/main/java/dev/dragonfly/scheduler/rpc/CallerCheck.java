package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lets a caller speak for a host only when the call comes from the address of that host. Without
 * certificates this is what keeps a stranger from taking over a host that lives
 * (docs/adr/0013-who-may-say-what.md). Calls from loopback are believed: their sender runs beside
 * the scheduler. Safe for any thread.
 */
public final class CallerCheck implements ServerInterceptor {
  private static final Context.Key<InetAddress> ADDRESS = Context.key("caller-address");

  private final boolean checked;

  /**
   * @param checked whether addresses are compared; off where they are translated on the way
   */
  public CallerCheck(boolean checked) {
    this.checked = checked;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Context context = Context.current();
    if (call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
        instanceof InetSocketAddress remote) {
      context = context.withValue(ADDRESS, remote.getAddress());
    }
    return Contexts.interceptCall(context, call, headers, next);
  }

  /**
   * The check of the call that runs now, for use on any thread later.
   *
   * @return throws DragonflyException PERMISSION_DENIED for a host that lives at another address
   */
  Consumer<Host> ofThisCall() {
    Optional<InetAddress> caller = Optional.ofNullable(ADDRESS.get());
    return host -> require(caller, host);
  }

  /**
   * Checks the call that runs now.
   *
   * @throws DragonflyException PERMISSION_DENIED when the host lives at another address
   */
  void require(Host host) {
    ofThisCall().accept(host);
  }

  void require(Optional<InetAddress> caller, Host host) {
    if (!checked || caller.filter(address -> isOf(address, host)).isPresent()) {
      return;
    }
    throw new DragonflyException(
        ErrorCode.PERMISSION_DENIED,
        ("Host %s has the address %s, the call for it came from %s. Where addresses are translated on"
                + " the way, set security.checkAddresses: false in the scheduler's configuration")
            .formatted(
                host.id(),
                host.ip(),
                caller.map(InetAddress::getHostAddress).orElse("an unknown address")));
  }

  private static boolean isOf(InetAddress caller, Host host) {
    return caller.isLoopbackAddress() || caller.equals(literal(host));
  }

  /** Names are not resolved: whoever owns a name could point it to anybody. */
  private static InetAddress literal(Host host) {
    try {
      return InetAddress.ofLiteral(host.ip());
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "host.ip must be an IP address, got '" + host.ip() + "'", e);
    }
  }
}
