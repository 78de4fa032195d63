package dev.dragonfly.scheduler.client;

import dev.dragonfly.api.ext.v1.FiguresSlot;
import dev.dragonfly.api.ext.v1.ManagerExtGrpc;
import dev.dragonfly.api.ext.v1.ReportFiguresRequest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.scheduler.figures.FigureSink;
import dev.dragonfly.scheduler.figures.Slot;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Tells the manager the figures of this scheduler. The channel belongs to whoever made it. */
public final class ManagerFigures implements FigureSink {
  private final Channel joined;
  private final long clusterId;
  private final String instance;

  /**
   * @param token absent where the manager takes members without one
   * @param instance names this process, unique in the cluster
   */
  public ManagerFigures(
      ManagedChannel channel, Optional<JoinToken> token, long clusterId, String instance) {
    this.joined =
        token.<Channel>map(t -> ClientInterceptors.intercept(channel, t.shown())).orElse(channel);
    this.clusterId = clusterId;
    this.instance = instance;
  }

  @Override
  public void tell(List<Slot> slots, Duration bound) {
    ReportFiguresRequest request =
        ReportFiguresRequest.newBuilder()
            .setSchedulerClusterId(clusterId)
            .setInstance(instance)
            .addAllSlots(slots.stream().map(ManagerFigures::toProto).toList())
            .build();
    try {
      ManagerExtGrpc.newBlockingStub(joined)
          .withDeadlineAfter(bound.toMillis(), TimeUnit.MILLISECONDS)
          .reportFigures(request);
    } catch (StatusRuntimeException e) {
      DragonflyException failure = ErrorMapper.fromStatus(e);
      throw new DragonflyException(
          failure.code(), "told the manager the figures, got " + failure.getMessage(), e);
    }
  }

  private static FiguresSlot toProto(Slot slot) {
    return FiguresSlot.newBuilder()
        .setBegin(slot.begin())
        .setOriginBytes(slot.originBytes())
        .setSeedBytes(slot.seedBytes())
        .setPeerBytes(slot.peerBytes())
        .setDownloads(slot.downloads())
        .setFailures(slot.failures())
        .setBackToSource(slot.backToSource())
        .setHosts(slot.hosts())
        .setRunning(slot.running())
        .build();
  }
}
