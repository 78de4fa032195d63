package dev.dragonfly.cluster;

import dev.dragonfly.api.common.v2.Host;
import dev.dragonfly.api.scheduler.v2.ListHostsRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.api.scheduler.v2.StatTaskRequest;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.task.TaskId;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Asks a scheduler what it knows. */
final class SchedulerProbe {
  private static final long LOOK_NANOS = 50_000_000;
  private static final String LISTED_SEEDS = "dragonfly_scheduler_listed_seeds";
  private static final String UNLISTED_SEEDS = "dragonfly_scheduler_unlisted_seeds";

  private SchedulerProbe() {}

  /** Waits until the scheduler knows so many hosts. */
  static void awaitHosts(String address, int count, Duration limit) {
    ManagedChannel channel = channel(address);
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

  /** Waits until the scheduler believes every seed that announced itself, and at least one. */
  static void awaitSeed(String metrics, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      String text = Metrics.read(metrics);
      if (text.contains(LISTED_SEEDS + " 1.0") && text.contains(UNLISTED_SEEDS + " 0.0")) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new ClusterException(
            "the scheduler has not heard of the seed from the manager after "
                + limit
                + "; look at the logs");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** How many peers of a task it knows; 0 when it does not know the task. */
  static long peers(String address, TaskId task) {
    ManagedChannel channel = channel(address);
    try {
      return SchedulerGrpc.newBlockingStub(channel)
          .withDeadlineAfter(2, TimeUnit.SECONDS)
          .statTask(StatTaskRequest.newBuilder().setTaskId(task.value()).build())
          .getPeerCount();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return 0;
      }
      throw e;
    } finally {
      channel.shutdownNow();
    }
  }

  /** The ports of gRPC of all hosts that it knows. */
  static Set<Integer> ports(String address) {
    ManagedChannel channel = channel(address);
    try {
      return SchedulerGrpc.newBlockingStub(channel)
          .withDeadlineAfter(2, TimeUnit.SECONDS)
          .listHosts(ListHostsRequest.getDefaultInstance())
          .getHostsList()
          .stream()
          .map(Host::getPort)
          .collect(Collectors.toSet());
    } finally {
      channel.shutdownNow();
    }
  }

  private static ManagedChannel channel(String address) {
    int colon = address.lastIndexOf(':');
    return new GrpcChannels(Optional.empty())
        .tcp(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
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
