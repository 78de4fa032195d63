package dev.dragonfly.manager.dispatch;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Asks over gRPC, and by the job list what the scheduler does not do over gRPC. */
public final class TriedSchedulerJobs implements SchedulerJobs {
  private final SchedulerJobs grpc;
  private final SchedulerJobs list;

  public TriedSchedulerJobs(SchedulerJobs grpc, SchedulerJobs list) {
    this.grpc = grpc;
    this.list = list;
  }

  @Override
  public void preheat(SchedulerAddress scheduler, PreheatOrder order, PreheatListener listener) {
    tried(jobs -> {
      jobs.preheat(scheduler, order, listener);
      return scheduler;
    });
  }

  @Override
  public List<TaskHolder> findTask(
      SchedulerAddress scheduler, String taskId, int concurrentPeerCount, Duration timeout) {
    return tried(jobs -> jobs.findTask(scheduler, taskId, concurrentPeerCount, timeout));
  }

  @Override
  public List<TaskDeletion> deleteTask(
      SchedulerAddress scheduler, String taskId, Duration timeout) {
    return tried(jobs -> jobs.deleteTask(scheduler, taskId, timeout));
  }

  @Override
  public List<KnownHost> hosts(SchedulerAddress scheduler, Duration timeout) {
    return tried(jobs -> jobs.hosts(scheduler, timeout));
  }

  private <T> T tried(Function<SchedulerJobs, T> question) {
    try {
      return question.apply(grpc);
    } catch (DragonflyException e) {
      if (e.code() != ErrorCode.UNIMPLEMENTED) {
        throw e;
      }
      return question.apply(list);
    }
  }
}
