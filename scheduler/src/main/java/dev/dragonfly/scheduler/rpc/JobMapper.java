package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.api.ext.v1.JobHost;
import dev.dragonfly.api.ext.v1.PreheatEvent;
import dev.dragonfly.api.ext.v1.PreheatOutcome;
import dev.dragonfly.api.ext.v1.PreheatPlan;
import dev.dragonfly.api.ext.v1.PreheatTarget;
import dev.dragonfly.api.ext.v1.TaskDeletion;
import dev.dragonfly.api.ext.v1.TaskHolder;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.wire.PieceMapper;
import dev.dragonfly.scheduler.job.PreheatListener.Outcome;
import dev.dragonfly.scheduler.job.Target;
import dev.dragonfly.scheduler.job.TaskCopies.Deletion;
import dev.dragonfly.scheduler.job.TaskCopies.Holder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What jobs found, on the wire. */
final class JobMapper {
  /** Far below the 4 MiB that a client takes. */
  private static final int PLAN_BYTES = 1 << 20;

  private JobMapper() {}

  static JobHost host(Host host) {
    return JobHost.newBuilder()
        .setHostId(host.id().value())
        .setHostname(host.hostname())
        .setIp(host.ip())
        .setType(type(host))
        .build();
  }

  /** As upstream calls it. */
  static String type(Host host) {
    return switch (host.type()) {
      case NORMAL -> "normal";
      case SUPER_SEED -> "super";
      case STRONG_SEED -> "strong";
      case WEAK_SEED -> "weak";
    };
  }

  /** The plan in messages that are not too large; at least one. */
  static List<PreheatEvent> plan(dev.dragonfly.scheduler.job.PreheatPlan plan) {
    Map<HostId, JobHost> hosts = new HashMap<>();
    plan.hosts().forEach(host -> hosts.put(host.id(), host(host)));
    List<PreheatEvent> messages = new ArrayList<>();
    PreheatPlan.Builder part = PreheatPlan.newBuilder();
    Map<HostId, JobHost> named = new HashMap<>();
    // Seeds may take the place of each other, and come up in outcomes then.
    plan.seeds().forEach(seed -> named.put(seed.id(), host(seed)));
    int bytes = 0;
    for (Target target : plan.targets()) {
      PreheatTarget proto = target(target);
      part.addTargets(proto);
      JobHost host = hosts.get(target.host());
      bytes += proto.getSerializedSize();
      if (host != null && named.put(target.host(), host) == null) {
        bytes += host.getSerializedSize();
      }
      if (bytes >= PLAN_BYTES) {
        messages.add(event(part.addAllHosts(named.values())));
        part = PreheatPlan.newBuilder();
        named.clear();
        bytes = 0;
      }
    }
    if (messages.isEmpty() || part.getTargetsCount() > 0) {
      messages.add(event(part.addAllHosts(named.values())));
    }
    return messages;
  }

  private static PreheatEvent event(PreheatPlan.Builder plan) {
    return PreheatEvent.newBuilder().setPlan(plan).build();
  }

  static PreheatTarget target(Target target) {
    return PreheatTarget.newBuilder().setUrl(target.url()).setHostId(target.host().value()).build();
  }

  static PreheatEvent outcome(Outcome outcome) {
    return PreheatEvent.newBuilder()
        .setOutcome(
            PreheatOutcome.newBuilder()
                .setTarget(target(outcome.target()))
                .setContentLength(outcome.contentLength())
                .setOriginBytes(outcome.originBytes())
                .setFailure(outcome.failure().orElse("")))
        .build();
  }

  static TaskHolder holder(Holder holder) {
    return TaskHolder.newBuilder()
        .setHost(host(holder.host()))
        .setFinished(holder.copy().finished())
        .setCreatedAt(PieceMapper.timestamp(holder.copy().createdAt()))
        .setUpdatedAt(PieceMapper.timestamp(holder.copy().updatedAt()))
        .build();
  }

  static TaskDeletion deletion(Deletion deletion) {
    return TaskDeletion.newBuilder()
        .setHost(host(deletion.host()))
        .setFailure(deletion.failure().orElse(""))
        .build();
  }
}
