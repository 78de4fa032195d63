package dev.dragonfly.manager.dispatch.client;

import dev.dragonfly.api.ext.v1.DeleteTaskJobRequest;
import dev.dragonfly.api.ext.v1.FindTaskRequest;
import dev.dragonfly.api.ext.v1.PreheatEvent;
import dev.dragonfly.api.ext.v1.SchedulerJobsGrpc;
import dev.dragonfly.api.scheduler.v2.ListHostsRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.ChannelCache;
import dev.dragonfly.common.net.Cidr;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.manager.dispatch.KnownHost;
import dev.dragonfly.manager.dispatch.OurSchedulers;
import dev.dragonfly.manager.dispatch.PreheatListener;
import dev.dragonfly.manager.dispatch.PreheatOrder;
import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dispatch.SchedulerJobs;
import dev.dragonfly.manager.dispatch.TaskDeletion;
import dev.dragonfly.manager.dispatch.TaskHolder;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.StatusRuntimeException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Has a scheduler of ours do jobs. The join token of the fleet is shown with every call, so a
 * scheduler takes them from managers only. Blocks: call from a virtual thread; an interrupt cancels
 * the call. Throws UNIMPLEMENTED for schedulers of upstream.
 */
public final class GrpcSchedulerJobs implements SchedulerJobs, OurSchedulers {
  private static final Duration PROBE = Duration.ofSeconds(3);

  /** All hosts of a cluster come in one answer: 100,000 of them. */
  private static final int MAX_ANSWER = 64 << 20;

  private final ChannelCache channels;
  private final Supplier<ClientInterceptor> joinToken;

  /**
   * @param channels not closed here
   * @param joinToken asked for each call, since it is known only after the start
   */
  public GrpcSchedulerJobs(ChannelCache channels, Supplier<ClientInterceptor> joinToken) {
    this.channels = channels;
    this.joinToken = joinToken;
  }

  @Override
  public void preheat(SchedulerAddress scheduler, PreheatOrder order, PreheatListener listener) {
    asked(
        scheduler,
        () -> {
          Iterator<PreheatEvent> events =
              jobs(scheduler, order.timeout()).preheat(JobMessages.request(order));
          PreheatCall call = new PreheatCall(listener);
          while (events.hasNext()) {
            call.heard(events.next());
          }
          call.ended();
          return call;
        });
  }

  @Override
  public List<TaskHolder> findTask(
      SchedulerAddress scheduler, String taskId, int concurrentPeerCount, Duration timeout) {
    FindTaskRequest request =
        FindTaskRequest.newBuilder()
            .setTaskId(taskId)
            .setConcurrentPeerCount(concurrentPeerCount)
            .build();
    return asked(scheduler, () -> jobs(scheduler, timeout).findTask(request))
        .getHoldersList()
        .stream()
        .map(JobMessages::holder)
        .toList();
  }

  @Override
  public List<TaskDeletion> deleteTask(
      SchedulerAddress scheduler, String taskId, Duration timeout) {
    DeleteTaskJobRequest request = DeleteTaskJobRequest.newBuilder().setTaskId(taskId).build();
    return asked(scheduler, () -> jobs(scheduler, timeout).deleteTask(request))
        .getDeletionsList()
        .stream()
        .map(JobMessages::deletion)
        .toList();
  }

  @Override
  public List<KnownHost> hosts(SchedulerAddress scheduler, Duration timeout) {
    return asked(
            scheduler,
            () ->
                SchedulerGrpc.newBlockingStub(channel(scheduler))
                    .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .withMaxInboundMessageSize(MAX_ANSWER)
                    .listHosts(ListHostsRequest.getDefaultInstance()))
        .getHostsList()
        .stream()
        .map(JobMessages::known)
        .toList();
  }

  /** Who knows the service refuses a task without a name; who does not know it says so. */
  @Override
  public boolean isOurs(SchedulerAddress scheduler) {
    try {
      findTask(scheduler, "", 1, PROBE);
      return true;
    } catch (DragonflyException e) {
      return switch (e.code()) {
        case UNIMPLEMENTED -> false;
        case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> throw e;
        default -> true;
      };
    }
  }

  private SchedulerJobsGrpc.SchedulerJobsBlockingStub jobs(
      SchedulerAddress scheduler, Duration timeout) {
    return SchedulerJobsGrpc.newBlockingStub(channel(scheduler))
        .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .withMaxInboundMessageSize(MAX_ANSWER);
  }

  private Channel channel(SchedulerAddress scheduler) {
    InetSocketAddress address =
        Cidr.address(scheduler.ip())
            .map(ip -> new InetSocketAddress(ip, scheduler.port()))
            .orElseThrow(() ->
                new DragonflyException(
                    ErrorCode.UNAVAILABLE,
                    "tried the scheduler %s, got the address '%s' (expected an IP address)"
                        .formatted(scheduler.hostname(), scheduler.ip())));
    return ClientInterceptors.intercept(channels.to(address), joinToken.get());
  }

  private static <T> T asked(SchedulerAddress scheduler, Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      DragonflyException cause = ErrorMapper.fromStatus(e);
      // A server that stops resets its streams with CANCEL; only an interrupt cancels on our side.
      boolean gone = cause.code() == ErrorCode.CANCELLED && !Thread.currentThread().isInterrupted();
      throw new DragonflyException(
          gone ? ErrorCode.UNAVAILABLE : cause.code(),
          "cluster %d scheduler %s: %s"
              .formatted(scheduler.clusterId(), scheduler.ip(), cause.getMessage()),
          e);
    }
  }
}
