package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.dispatch.KnownHost;
import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dispatch.SchedulerJobs;
import dev.dragonfly.manager.peer.Peers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes the list of peers say what one scheduler of each cluster knows. */
@Component
final class SyncPeersWork implements JobWork {
  private static final Logger LOG = LoggerFactory.getLogger(SyncPeersWork.class);
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final int CLUSTERS_AT_ONCE = 8;

  private final JobParts parts;
  private final JobQueue queue;
  private final JobSchedulers choice;
  private final SchedulerJobs schedulers;
  private final Peers peers;

  SyncPeersWork(
      JobParts parts,
      JobQueue queue,
      JobSchedulers choice,
      @Lazy SchedulerJobs schedulers,
      Peers peers) {
    this.parts = parts;
    this.queue = queue;
    this.choice = choice;
    this.schedulers = schedulers;
    this.peers = peers;
  }

  @Override
  public Set<JobType> types() {
    return Set.of(JobType.SYNC_PEERS);
  }

  @Override
  public void run(JobRun run) {
    Parallel.each(
        "job-part-" + run.jobId(),
        parts.pending(run.jobId()),
        CLUSTERS_AT_ONCE,
        part -> sync(run, part));
    parts.finish(run.lease());
  }

  private void sync(JobRun run, JobPart part) {
    String error = "cluster %d has no active scheduler".formatted(part.clusterId());
    for (SchedulerAddress scheduler : choice.active(part.clusterId())) {
      try {
        List<KnownHost> hosts = schedulers.hosts(scheduler, TIMEOUT);
        queue.fenced(run.lease(), () -> peers.replace(part.clusterId(), hosts));
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("peers", hosts.size()).put("scheduler_cluster_id", part.clusterId());
        parts.end(run.lease(), part, JobState.SUCCESS, "", result);
        return;
      } catch (DragonflyException e) {
        if (run.stop().isPresent() || e.code() == ErrorCode.CANCELLED) {
          throw e;
        }
        error = String.valueOf(e.getMessage());
        LOG.warn("peers not fetched {} scheduler={} cause={}", run.lease(), scheduler, error);
      }
    }
    parts.end(run.lease(), part, JobState.FAILURE, error, null);
  }
}
