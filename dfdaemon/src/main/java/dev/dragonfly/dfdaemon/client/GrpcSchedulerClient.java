package dev.dragonfly.dfdaemon.client;

import com.google.protobuf.Duration;
import dev.dragonfly.api.ext.v1.ReportHoldingsRequest;
import dev.dragonfly.api.ext.v1.ReportHoldingsResponse;
import dev.dragonfly.api.ext.v1.ReportWrongContentRequest;
import dev.dragonfly.api.ext.v1.SchedulerExtGrpc;
import dev.dragonfly.api.scheduler.v2.AnnounceHostRequest;
import dev.dragonfly.api.scheduler.v2.DeleteHostRequest;
import dev.dragonfly.api.scheduler.v2.DeletePeerRequest;
import dev.dragonfly.api.scheduler.v2.DeleteTaskRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.ChannelCache;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.wire.HostMapper;
import dev.dragonfly.common.wire.PeerEventMapper;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Schedulers over gRPC, one channel each. */
public final class GrpcSchedulerClient implements SchedulerClient {
  private static final long DEADLINE_SECONDS = 5;
  private static final int MAX_CHANNELS = 64;

  private final HostId self;
  private final ChannelCache channels;
  private final Set<InetSocketAddress> upstream = ConcurrentHashMap.newKeySet();

  /** A client that speaks in the name of the host {@code self}. Opens nothing yet. */
  public GrpcSchedulerClient(HostId self, GrpcChannels channels) {
    this.self = self;
    this.channels = new ChannelCache(channels, MAX_CHANNELS);
  }

  @Override
  public AnnounceStream announcePeer(
      InetSocketAddress scheduler, TaskId task, PeerId peer, AnnounceStream.Listener listener) {
    GrpcAnnounceStream stream =
        new GrpcAnnounceStream(
            channels
                .to(scheduler)
                .newCall(SchedulerGrpc.getAnnouncePeerMethod(), CallOptions.DEFAULT),
            event -> PeerEventMapper.toProto(self, task, peer, event));
    stream.start(listener);
    return stream;
  }

  @Override
  public void announceHost(InetSocketAddress scheduler, Host host, java.time.Duration interval) {
    AnnounceHostRequest request =
        AnnounceHostRequest.newBuilder()
            .setHost(HostMapper.toProto(host))
            .setInterval(Duration.newBuilder().setSeconds(interval.toSeconds()))
            .build();
    call("announcing this host", scheduler, () -> stub(scheduler).announceHost(request));
  }

  @Override
  public void deleteHost(InetSocketAddress scheduler, java.time.Duration deadline) {
    DeleteHostRequest request = DeleteHostRequest.newBuilder().setHostId(self.value()).build();
    call(
        "deleting this host",
        scheduler,
        () ->
            SchedulerGrpc.newBlockingStub(channels.to(scheduler))
                .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
                .deleteHost(request));
  }

  @Override
  public boolean wantsHoldings(InetSocketAddress scheduler, long fingerprint) {
    ReportHoldingsRequest probe =
        ReportHoldingsRequest.newBuilder()
            .setHostId(self.value())
            .setFingerprint(fingerprint)
            .setProbe(true)
            .build();
    try {
      ReportHoldingsResponse answer =
          call("asking about holdings", scheduler, () -> ext(scheduler).reportHoldings(probe));
      upstream.remove(scheduler);
      return answer.getSendAll();
    } catch (DragonflyException e) {
      if (e.code() != ErrorCode.UNIMPLEMENTED) {
        throw e;
      }
      upstream.add(scheduler);
      return false;
    }
  }

  @Override
  public void reportHoldings(InetSocketAddress scheduler, HoldingsBatch batch) {
    ReportHoldingsRequest request = HoldingsWire.toProto(self, batch);
    call("telling holdings", scheduler, () -> ext(scheduler).reportHoldings(request));
  }

  @Override
  public void deletePeer(InetSocketAddress scheduler, TaskId task, PeerId peer) {
    DeletePeerRequest request =
        DeletePeerRequest.newBuilder()
            .setHostId(self.value())
            .setTaskId(task.value())
            .setPeerId(peer.value())
            .build();
    call("deleting peer " + peer, scheduler, () -> stub(scheduler).deletePeer(request));
  }

  @Override
  public void deleteTask(InetSocketAddress scheduler, TaskId task) {
    DeleteTaskRequest request =
        DeleteTaskRequest.newBuilder().setHostId(self.value()).setTaskId(task.value()).build();
    call("deleting task " + task, scheduler, () -> stub(scheduler).deleteTask(request));
  }

  @Override
  public void reportWrongContent(
      InetSocketAddress scheduler, TaskId task, PeerId peer, Collection<HostId> blamed) {
    ReportWrongContentRequest.Builder request =
        ReportWrongContentRequest.newBuilder()
            .setHostId(self.value())
            .setTaskId(task.value())
            .setPeerId(peer.value());
    blamed.forEach(host -> request.addBlamedHostIds(host.value()));
    try {
      call(
          "telling wrong content of task " + task,
          scheduler,
          () -> ext(scheduler).reportWrongContent(request.build()));
    } catch (DragonflyException e) {
      if (e.code() != ErrorCode.UNIMPLEMENTED) {
        throw e;
      }
    }
  }

  @Override
  public boolean isServing(InetSocketAddress scheduler, java.time.Duration bound) {
    try {
      return HealthGrpc.newBlockingStub(channels.to(scheduler))
              .withDeadlineAfter(bound.toNanos(), TimeUnit.NANOSECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus()
          == ServingStatus.SERVING;
    } catch (StatusRuntimeException e) {
      // A server without the health service serves all the same.
      return e.getStatus().getCode() == Status.Code.UNIMPLEMENTED;
    }
  }

  @Override
  public boolean isUpstream(InetSocketAddress scheduler) {
    return upstream.contains(scheduler);
  }

  @Override
  public void close() {
    channels.close();
  }

  private SchedulerGrpc.SchedulerBlockingStub stub(InetSocketAddress scheduler) {
    return SchedulerGrpc.newBlockingStub(channels.to(scheduler))
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private SchedulerExtGrpc.SchedulerExtBlockingStub ext(InetSocketAddress scheduler) {
    return SchedulerExtGrpc.newBlockingStub(channels.to(scheduler))
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private static <T> T call(String what, InetSocketAddress scheduler, Supplier<T> action) {
    try {
      return action.get();
    } catch (StatusRuntimeException e) {
      throw CallFailure.of("%s at scheduler %s, a retry is safe: ".formatted(what, scheduler), e);
    }
  }
}
