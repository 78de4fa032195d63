package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.api.manager.v2.ListSchedulersRequest;
import dev.dragonfly.api.manager.v2.ListSchedulersResponse;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.api.manager.v2.Scheduler;
import dev.dragonfly.api.manager.v2.SchedulerCluster;
import dev.dragonfly.api.manager.v2.SourceType;
import dev.dragonfly.common.policy.PolicyText;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The manager over gRPC. Owns its channel. */
public final class GrpcManagerClient implements ManagerClient {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcManagerClient.class);
  private static final long DEADLINE_SECONDS = 10;

  private final ManagedChannel channel;
  private final String version;

  /** A client on a channel to the manager; {@code version} of this daemon is told to it. */
  public GrpcManagerClient(ManagedChannel channel, String version) {
    this.channel = channel;
    this.version = version;
  }

  @Override
  public List<ListedScheduler> listSchedulers(Requester requester) {
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
    try {
      ListSchedulersResponse answer =
          ManagerGrpc.newBlockingStub(channel)
              .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
              .listSchedulers(request(requester));
      return listed(answer, requester);
    } catch (StatusRuntimeException e) {
      throw CallFailure.of(
          "asked the manager at %s for schedulers: ".formatted(channel.authority()), e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private ListSchedulersRequest request(Requester requester) {
    ListSchedulersRequest.Builder request =
        ListSchedulersRequest.newBuilder()
            .setSourceType(requester.seed() ? SourceType.SEED_PEER_SOURCE : SourceType.PEER_SOURCE)
            .setHostname(requester.hostname())
            .setIp(requester.ip())
            .setVersion(version)
            .setCommit("unknown")
            .setSchedulerClusterId(requester.schedulerClusterId());
    requester.idc().ifPresent(request::setIdc);
    requester.location().ifPresent(request::setLocation);
    return request.build();
  }

  private static List<ListedScheduler> listed(ListSchedulersResponse answer, Requester requester) {
    List<ListedScheduler> listed = new ArrayList<>();
    for (Scheduler scheduler : answer.getSchedulersList()) {
      try {
        listed.add(
            new ListedScheduler(
                new InetSocketAddress(
                    InetAddress.ofLiteral(scheduler.getIp()), scheduler.getPort()),
                clusterId(scheduler),
                policy(scheduler, requester)));
      } catch (IllegalArgumentException e) {
        LOG.warn(
            "manager lists a scheduler without address id={} ip={} port={}",
            scheduler.getId(),
            scheduler.getIp(),
            scheduler.getPort());
      }
    }
    return listed;
  }

  /** A seed is told by its own cluster, found by its address, how much it may give. */
  private static PolicyText policy(Scheduler scheduler, Requester requester) {
    SchedulerCluster cluster = scheduler.getSchedulerCluster();
    if (!requester.seed()) {
      String config = cluster.getClientConfig().toStringUtf8();
      return new PolicyText(config, config);
    }
    String load =
        scheduler.getSeedPeersList().stream()
            .filter(seed ->
                seed.getIp().equals(requester.ip())
                    && seed.getHostname().equals(requester.hostname()))
            .map(seed -> seed.getSeedPeerCluster().getConfig().toStringUtf8())
            .findFirst()
            .orElse("");
    return new PolicyText(cluster.getSeedClientConfig().toStringUtf8(), load);
  }

  private static long clusterId(Scheduler scheduler) {
    return scheduler.getSchedulerClusterId() != 0
        ? scheduler.getSchedulerClusterId()
        : scheduler.getSchedulerCluster().getId();
  }
}
