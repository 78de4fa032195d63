package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.api.ext.v1.SchedulerJobsGrpc;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.common.observe.LogPause;
import dev.dragonfly.common.time.Time;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets calls that make hosts do something pass only with the join token of the cluster, which the
 * manager shows. A scheduler without one has no manager of ours: there everybody may, as with
 * upstream's. Any thread.
 */
public final class JobGuard implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(JobGuard.class);
  private static final Set<String> GUARDED =
      Set.of(
          SchedulerJobsGrpc.getPreheatMethod().getFullMethodName(),
          SchedulerJobsGrpc.getFindTaskMethod().getFullMethodName(),
          SchedulerJobsGrpc.getDeleteTaskMethod().getFullMethodName(),
          SchedulerGrpc.getPreheatImageMethod().getFullMethodName(),
          SchedulerGrpc.getPreheatFileMethod().getFullMethodName(),
          SchedulerGrpc.getStatImageMethod().getFullMethodName(),
          SchedulerGrpc.getStatFileMethod().getFullMethodName());

  private final Optional<JoinToken> token;
  private final LogPause logPause;

  /**
   * @param token absent to let everybody pass
   */
  public JobGuard(Optional<JoinToken> token, Time time) {
    this.token = token;
    this.logPause = new LogPause(time);
    if (token.isEmpty()) {
      LOG.warn(
          "jobs are open to everybody who reaches this port (preheat, find and delete tasks): set manager.joinToken");
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (!GUARDED.contains(method) || mayPass(headers)) {
      return next.startCall(call, headers);
    }
    String address =
        call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress inet
            ? inet.getAddress().getHostAddress()
            : "unknown";
    if (logPause.isOver(address)) {
      LOG.warn("job refused address={} method={}", address, method);
    }
    call.close(
        Status.UNAUTHENTICATED.withDescription(
            "tried %s, got %s (expected that of this scheduler's manager.joinToken in the metadata %s)"
                .formatted(
                    call.getMethodDescriptor().getBareMethodName(),
                    headers.containsKey(JoinToken.KEY) ? "another join token" : "no join token",
                    JoinToken.KEY.name())),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private boolean mayPass(Metadata headers) {
    String shown = headers.get(JoinToken.KEY);
    return token.isEmpty() || (shown != null && token.get().matches(shown));
  }
}
