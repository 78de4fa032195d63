package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.ext.v1.DeleteTaskJobRequest;
import dev.dragonfly.api.ext.v1.DeleteTaskJobResponse;
import dev.dragonfly.api.ext.v1.FindTaskRequest;
import dev.dragonfly.api.ext.v1.FindTaskResponse;
import dev.dragonfly.api.ext.v1.PreheatEvent;
import dev.dragonfly.api.ext.v1.PreheatRequest;
import dev.dragonfly.api.ext.v1.SchedulerJobsGrpc;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.wire.Arguments;
import dev.dragonfly.scheduler.job.PreheatOrder.Pace;
import dev.dragonfly.scheduler.job.PreheatRun;
import dev.dragonfly.scheduler.job.TaskCopies;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What our manager has a scheduler do. */
public final class SchedulerJobsService extends SchedulerJobsGrpc.SchedulerJobsImplBase {
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final long LONGEST_SECONDS = Duration.ofHours(24).toSeconds();

  private final RequestedPreheats preheats;
  private final TaskCopies copies;
  private final Executor executor;
  private final Unary unary;

  /**
   * @param executor makes a virtual thread for each call
   */
  public SchedulerJobsService(RequestedPreheats preheats, TaskCopies copies, Executor executor) {
    this.preheats = preheats;
    this.copies = copies;
    this.executor = executor;
    this.unary = new Unary(executor);
  }

  @Override
  public void preheat(PreheatRequest request, StreamObserver<PreheatEvent> observer) {
    ServerCallStreamObserver<PreheatEvent> wire = (ServerCallStreamObserver<PreheatEvent>) observer;
    PreheatStream stream = new PreheatStream(wire);
    AtomicReference<@Nullable PreheatRun> running = new AtomicReference<>();
    wire.setOnCancelHandler(() -> {
      stream.gone();
      PreheatRun run = running.get();
      if (run != null) {
        run.cancel("the caller has gone");
      }
    });
    // Handlers are called only after this method has returned.
    executor.execute(() -> begin(request, wire, stream, running));
  }

  private void begin(
      PreheatRequest request,
      ServerCallStreamObserver<PreheatEvent> wire,
      PreheatStream stream,
      AtomicReference<@Nullable PreheatRun> running) {
    try {
      PreheatRun run =
          preheats.begin(request, timeout(request.getDownload()), stream, stream::complete);
      running.set(run);
      if (wire.isCancelled()) {
        run.cancel("the caller has gone");
      }
    } catch (DragonflyException e) {
      stream.fail(e);
    }
  }

  /** A little less than the caller waits: he is told of every target before he goes. */
  private static Optional<Duration> timeout(Download download) {
    Duration said =
        Duration.ofSeconds(Math.clamp(download.getTimeout().getSeconds(), 0, LONGEST_SECONDS));
    Duration less = said.minus(LAST_WORDS);
    return Optional.of(less.isPositive() ? less : said).filter(Duration::isPositive);
  }

  @Override
  public void findTask(FindTaskRequest request, StreamObserver<FindTaskResponse> observer) {
    unary.answer(
        observer,
        () -> {
          TaskId task = SchedulerService.parse("task_id", request.getTaskId(), TaskId::new);
          FindTaskResponse.Builder response = FindTaskResponse.newBuilder();
          copies
              .find(task, hostsAtOnce(request.getConcurrentPeerCount()))
              .forEach(holder -> response.addHolders(JobMapper.holder(holder)));
          return response.build();
        });
  }

  @Override
  public void deleteTask(
      DeleteTaskJobRequest request, StreamObserver<DeleteTaskJobResponse> observer) {
    unary.answer(
        observer,
        () -> {
          TaskId task = SchedulerService.parse("task_id", request.getTaskId(), TaskId::new);
          DeleteTaskJobResponse.Builder response = DeleteTaskJobResponse.newBuilder();
          copies
              .delete(task)
              .forEach(deletion -> response.addDeletions(JobMapper.deletion(deletion)));
          return response.build();
        });
  }

  static int hostsAtOnce(long asked) {
    Arguments.check(
        asked >= 0 && asked <= Pace.MOST_HOSTS,
        () -> "concurrent_peer_count must be 1 to %d, got %d".formatted(Pace.MOST_HOSTS, asked));
    return asked == 0 ? Pace.HOSTS : (int) asked;
  }
}
