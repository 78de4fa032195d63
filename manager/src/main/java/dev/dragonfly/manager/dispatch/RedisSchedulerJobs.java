package dev.dragonfly.manager.dispatch;

import dev.dragonfly.common.joblist.DeleteTaskArguments;
import dev.dragonfly.common.joblist.DeleteTaskResult;
import dev.dragonfly.common.joblist.GetTaskArguments;
import dev.dragonfly.common.joblist.GetTaskResult;
import dev.dragonfly.common.joblist.JobKind;
import dev.dragonfly.common.joblist.ListedHost;
import dev.dragonfly.common.joblist.PreheatResult;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Has a scheduler of upstream do jobs, by the list in Redis that it reads. */
public final class RedisSchedulerJobs implements SchedulerJobs {
  private final ListedTasks tasks;

  public RedisSchedulerJobs(ListedTasks tasks) {
    this.tasks = tasks;
  }

  @Override
  public void preheat(SchedulerAddress scheduler, PreheatOrder order, PreheatListener listener) {
    ListedPreheat preheat = new ListedPreheat(scheduler, order);
    if (preheat.urls().isEmpty()) {
      listener.planned(List.of(), List.of());
      return;
    }
    String answer = tasks.run(scheduler, JobKind.PREHEAT, order.timeout(), preheat::arguments);
    preheat.report(PreheatResult.read(answer), listener);
  }

  @Override
  public List<TaskHolder> findTask(
      SchedulerAddress scheduler, String taskId, int concurrentPeerCount, Duration timeout) {
    String answer =
        tasks.run(
            scheduler,
            JobKind.GET_TASK,
            timeout,
            (group, task) ->
                new GetTaskArguments(taskId, timeout, group, task, concurrentPeerCount).json());
    return GetTaskResult.read(answer).peers().stream().map(RedisSchedulerJobs::holder).toList();
  }

  @Override
  public List<TaskDeletion> deleteTask(
      SchedulerAddress scheduler, String taskId, Duration timeout) {
    String answer =
        tasks.run(
            scheduler,
            JobKind.DELETE_TASK,
            timeout,
            (group, task) -> new DeleteTaskArguments(taskId, timeout, group, task).json());
    DeleteTaskResult result = DeleteTaskResult.read(answer);
    return Stream.concat(
            result.successTasks().stream()
                .map(gone ->
                    new TaskDeletion(host(gone.hostname(), gone.ip(), gone.hostType()), "")),
            result.failureTasks().stream()
                .map(kept ->
                    new TaskDeletion(
                        host(kept.hostname(), kept.ip(), kept.hostType()),
                        reason(kept.description()))))
        .toList();
  }

  /** Those of which the scheduler does not say a cluster are none that anybody could use. */
  @Override
  public List<KnownHost> hosts(SchedulerAddress scheduler, Duration timeout) {
    String answer = tasks.run(scheduler, JobKind.SYNC_PEERS, timeout);
    return ListedHost.read(answer).stream()
        .filter(host -> host.schedulerClusterId() != 0)
        .map(RedisSchedulerJobs::known)
        .toList();
  }

  /** A failure without words is a failure still. */
  static String reason(String description) {
    return description.isEmpty() ? "the scheduler gives no reason" : description;
  }

  /** The host under the identifier that daemons choose; only the list of hosts has it. */
  static JobHost host(String hostname, String ip, String type) {
    boolean seed = !type.isEmpty() && !type.equals(HostWords.of(0));
    return new JobHost(ip + "-" + hostname + (seed ? "-seed" : ""), hostname, ip, type);
  }

  private static TaskHolder holder(GetTaskResult.Holder peer) {
    return new TaskHolder(
        host(peer.hostname(), peer.ip(), peer.hostType()),
        peer.finished(),
        peer.createdAt(),
        peer.updatedAt());
  }

  private static KnownHost known(ListedHost host) {
    return new KnownHost(
        new JobHost(host.id(), host.hostname(), host.ip(), HostWords.of(host.type())),
        host.network().idc(),
        host.network().location(),
        host.port(),
        host.downloadPort(),
        host.proxyPort(),
        host.os(),
        host.platform(),
        host.platformFamily(),
        host.platformVersion(),
        host.kernelVersion(),
        host.build().gitVersion(),
        host.build().gitCommit(),
        host.build().platform());
  }
}
