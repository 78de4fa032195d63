package dev.dragonfly.scheduler.client;

import dev.dragonfly.api.manager.v2.GetSchedulerRequest;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.api.manager.v2.Scheduler;
import dev.dragonfly.api.manager.v2.SchedulerCluster;
import dev.dragonfly.api.manager.v2.SourceType;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.manager.Member;
import dev.dragonfly.common.policy.PolicyText;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.scheduler.dynconfig.Cluster;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.TimeUnit;

/**
 * What a scheduler asks its manager, besides its registration. Blocks for at most five seconds. The
 * channel belongs to whoever made it.
 */
public final class ManagerClient {
  private static final long TIMEOUT_SECONDS = 5;

  private final ManagedChannel channel;
  private final Member.Place self;

  public ManagerClient(ManagedChannel channel, Member.Place self) {
    this.channel = channel;
    this.self = self;
  }

  /**
   * This scheduler's cluster as it is now.
   *
   * @throws DragonflyException NOT_FOUND before the registration, UNAVAILABLE and the like
   */
  public Cluster cluster() {
    GetSchedulerRequest request =
        GetSchedulerRequest.newBuilder()
            .setSourceType(SourceType.SCHEDULER_SOURCE)
            .setHostname(self.hostname())
            .setSchedulerClusterId(self.clusterId())
            .setIp(self.ip())
            .build();
    try {
      Scheduler scheduler =
          ManagerGrpc.newBlockingStub(channel)
              .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .getScheduler(request);
      SchedulerCluster cluster = scheduler.getSchedulerCluster();
      String peers = cluster.getClientConfig().toStringUtf8();
      return new Cluster(
          cluster.getConfig().toStringUtf8(),
          new PolicyText(peers, peers),
          new PolicyText(cluster.getSeedClientConfig().toStringUtf8(), seedConfig(scheduler)),
          scheduler.getSeedPeersList().stream()
              .map(seed -> new Cluster.Seed(seed.getHostname(), seed.getIp(), seed.getPort()))
              .toList());
    } catch (StatusRuntimeException e) {
      DragonflyException failure = ErrorMapper.fromStatus(e);
      throw new DragonflyException(
          failure.code(), "asked the manager for the cluster: " + failure.getMessage(), e);
    }
  }

  /** The seeds of a scheduler cluster are all of one seed peer cluster. */
  private static String seedConfig(Scheduler scheduler) {
    return scheduler.getSeedPeersList().stream()
        .map(seed -> seed.getSeedPeerCluster().getConfig().toStringUtf8())
        .findFirst()
        .orElse("");
  }
}
