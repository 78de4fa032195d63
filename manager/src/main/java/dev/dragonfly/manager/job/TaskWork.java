package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dispatch.SchedulerJobs;
import dev.dragonfly.manager.dispatch.TaskDeletion;
import dev.dragonfly.manager.dispatch.TaskHolder;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks all schedulers who holds a task, or has them delete it. Those of a cluster are asked one
 * after the other: where they know the same hosts, each host is shown and asked once.
 */
@Component
final class TaskWork implements JobWork {
  private static final Logger LOG = LoggerFactory.getLogger(TaskWork.class);
  private static final int CLUSTERS_AT_ONCE = 32;

  private final JobArgs args;
  private final JobParts parts;
  private final JobSchedulers choice;
  private final SchedulerJobs schedulers;

  TaskWork(JobArgs args, JobParts parts, JobSchedulers choice, @Lazy SchedulerJobs schedulers) {
    this.args = args;
    this.parts = parts;
    this.choice = choice;
    this.schedulers = schedulers;
  }

  @Override
  public Set<JobType> types() {
    return Set.of(JobType.GET_TASK, JobType.DELETE_TASK);
  }

  @Override
  public void run(JobRun run) {
    TaskArgs task = args.open(run, TaskArgs.class);
    Collection<List<JobPart>> clusters =
        parts.pending(run.jobId()).stream()
            .collect(
                Collectors.groupingBy(JobPart::clusterId, LinkedHashMap::new, Collectors.toList()))
            .values();
    Parallel.each(
        "job-part-" + run.jobId(), clusters, CLUSTERS_AT_ONCE, cluster -> ask(run, cluster, task));
    parts.finish(run.lease());
  }

  private void ask(JobRun run, List<JobPart> cluster, TaskArgs task) {
    TaskResults results = new TaskResults(cluster.getFirst().clusterId());
    for (JobPart part : cluster) {
      try {
        JobType type = run.lease().type();
        ObjectNode found = choice.group(part).ask(scheduler -> ask(type, scheduler, task, results));
        parts.end(run.lease(), part, JobState.SUCCESS, "", found);
      } catch (DragonflyException e) {
        if (run.stop().isPresent() || e.code() == ErrorCode.CANCELLED) {
          throw e;
        }
        LOG.warn("{} scheduler={} cause={}", run.lease(), part.scheduler(), e.getMessage());
        parts.end(run.lease(), part, JobState.FAILURE, String.valueOf(e.getMessage()), null);
      }
    }
  }

  private ObjectNode ask(
      JobType type, SchedulerAddress scheduler, TaskArgs task, TaskResults results) {
    Duration timeout = Duration.ofNanos(task.timeout());
    Map<String, TaskHolder> held = new LinkedHashMap<>();
    Map<String, TaskDeletion> deleted = new LinkedHashMap<>();
    for (String id : TaskIds.of(task)) {
      if (type == JobType.GET_TASK) {
        schedulers
            .findTask(scheduler, id, task.concurrentPeerCount(), timeout)
            .forEach(holder -> TaskResults.add(held, holder));
      } else {
        schedulers
            .deleteTask(scheduler, id, timeout)
            .forEach(deletion -> TaskResults.add(deleted, deletion));
      }
    }
    return type == JobType.GET_TASK
        ? results.holders(held.values())
        : results.deletions(deleted.values());
  }
}
