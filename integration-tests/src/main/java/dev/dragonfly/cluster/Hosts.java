package dev.dragonfly.cluster;

import dev.dragonfly.api.scheduler.v2.ListHostsRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.common.grpc.GrpcChannels;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Asks a scheduler which hosts it knows. */
final class Hosts {
  private static final long LOOK_NANOS = 50_000_000;

  private Hosts() {}

  /** Waits until the scheduler knows so many hosts. */
  static void await(String address, int count, Duration limit) {
    int colon = address.lastIndexOf(':');
    ManagedChannel channel =
        new GrpcChannels(Optional.empty())
            .tcp(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    long end = System.nanoTime() + limit.toNanos();
    int known = 0;
    try {
      while (known < count) {
        if (System.nanoTime() > end) {
          throw new ClusterException(
              "the scheduler knows %d hosts after %s (expected %d); look at the logs"
                  .formatted(known, limit, count));
        }
        LockSupport.parkNanos(LOOK_NANOS);
        known = count(channel);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private static int count(ManagedChannel channel) {
    try {
      return SchedulerGrpc.newBlockingStub(channel)
          .withDeadlineAfter(2, TimeUnit.SECONDS)
          .listHosts(ListHostsRequest.getDefaultInstance())
          .getHostsCount();
    } catch (StatusRuntimeException e) {
      return 0;
    }
  }
}
