package dev.dragonfly.manager.rpc;

import dev.dragonfly.api.ext.v1.ManagerExtGrpc;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.common.observe.LogPause;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.security.JoinGate;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets calls of members of the fleet pass only with the join token. Any thread. */
final class JoinGuard implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(JoinGuard.class);
  private static final Set<String> GUARDED =
      Set.of(
          ManagerGrpc.getUpdateSchedulerMethod().getFullMethodName(),
          ManagerGrpc.getUpdateSeedPeerMethod().getFullMethodName(),
          ManagerGrpc.getDeleteSeedPeerMethod().getFullMethodName(),
          ManagerGrpc.getKeepAliveMethod().getFullMethodName(),
          ManagerExtGrpc.getReportFiguresMethod().getFullMethodName());

  private final JoinGate gate;
  private final LogPause logPause;

  JoinGuard(JoinGate gate, Time time) {
    this.gate = gate;
    this.logPause = new LogPause(time);
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    Optional<String> refusal =
        GUARDED.contains(method) ? gate.refusal(headers.get(JoinToken.KEY)) : Optional.empty();
    if (refusal.isEmpty()) {
      return next.startCall(call, headers);
    }
    String address = address(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    if (logPause.isOver(address)) {
      LOG.warn("join refused address={} method={} reason=\"{}\"", address, method, refusal.get());
    }
    call.close(
        Status.UNAUTHENTICATED.withDescription(
            "tried %s, got %s (expected that of this manager); set manager.joinToken to what its security.joinTokenFile says, or, where services of upstream join, security.mixed of the manager to true"
                .formatted(call.getMethodDescriptor().getBareMethodName(), refusal.get())),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static String address(@Nullable SocketAddress remote) {
    return remote instanceof InetSocketAddress inet
        ? inet.getAddress().getHostAddress()
        : String.valueOf(remote);
  }
}
