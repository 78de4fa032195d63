package dev.dragonfly.manager.dispatch;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.joblist.GroupMeta;
import dev.dragonfly.common.joblist.JobKeys;
import dev.dragonfly.common.joblist.JobKind;
import dev.dragonfly.common.joblist.Signature;
import dev.dragonfly.common.joblist.TaskState;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts tasks into the lists of schedulers and waits for their answers. Blocks: call from a virtual
 * thread; an interrupt withdraws the task where nobody has taken it yet.
 */
public final class ListedTasks {
  private static final Logger LOG = LoggerFactory.getLogger(ListedTasks.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** So many looks at the state with the first pause between them; then they grow. */
  private static final int EARLY_LOOKS = 30;

  private final JobBroker broker;
  private final Predicate<SchedulerAddress> active;
  private final Time time;
  private final Timers timers;

  /**
   * @param active whether a scheduler is heard of; looked at again before each look at the state
   */
  public ListedTasks(
      JobBroker broker, Predicate<SchedulerAddress> active, Time time, Timers timers) {
    this.broker = broker;
    this.active = active;
    this.time = time;
    this.timers = timers;
  }

  /**
   * Runs a task in a group of its own.
   *
   * @param arguments its arguments as JSON, from the identifiers of the group and of the task
   * @return the JSON of its answer
   * @throws DragonflyException with the words of the scheduler when it failed; UNAVAILABLE when the
   *     scheduler is not heard of any more; DEADLINE_EXCEEDED; CANCELLED after an interrupt
   */
  String run(
      SchedulerAddress scheduler,
      JobKind kind,
      Duration timeout,
      BiFunction<String, String, String> arguments) {
    String group = JobKeys.group(UUID.randomUUID());
    String task = JobKeys.task(UUID.randomUUID());
    broker.keep(group, GroupMeta.of(group, List.of(task), time.now()).json(), JobKeys.KEPT);
    return run(
        scheduler,
        Signature.of(kind, task, group, queue(scheduler), arguments.apply(group, task)),
        timeout);
  }

  /** Runs a task that has neither arguments nor a group. */
  String run(SchedulerAddress scheduler, JobKind kind, Duration timeout) {
    String task = JobKeys.task(UUID.randomUUID());
    return run(scheduler, Signature.alone(kind, task, queue(scheduler)), timeout);
  }

  private static String queue(SchedulerAddress scheduler) {
    return JobKeys.queue(scheduler.clusterId(), scheduler.hostname(), scheduler.ip());
  }

  private String run(SchedulerAddress scheduler, Signature task, Duration timeout) {
    refuseSilent(scheduler, task);
    long end = time.nanos() + timeout.toNanos();
    // Before the task itself: the scheduler replaces the state as soon as it has the task.
    broker.keep(task.uuid(), TaskState.pending(task, time.now()).json(), JobKeys.KEPT);
    TaskState ended;
    try {
      broker.append(task.routingKey(), task.json());
      LOG.debug("task listed list={} task={} name={}", task.routingKey(), task.uuid(), task.name());
      ended = await(scheduler, task, end);
    } catch (DragonflyException e) {
      withdraw(task);
      throw e;
    }
    if (ended.state() == TaskState.State.FAILURE) {
      throw failed(ErrorCode.FAILED_PRECONDITION, scheduler, task, ended.error());
    }
    return ended
        .result()
        .orElseThrow(() -> failed(ErrorCode.INTERNAL, scheduler, task, "no result"));
  }

  private TaskState await(SchedulerAddress scheduler, Signature task, long end) {
    Duration pause = FIRST_PAUSE;
    for (int look = 0; ; look++) {
      TaskState state = state(task);
      if (state.ended()) {
        return state;
      }
      refuseSilent(scheduler, task);
      long left = end - time.nanos();
      if (left <= 0) {
        throw failed(
            ErrorCode.DEADLINE_EXCEEDED, scheduler, task, "no answer in time, " + state.state());
      }
      pause = look < EARLY_LOOKS ? FIRST_PAUSE : longer(pause);
      pause(pause.toNanos() < left ? pause : Duration.ofNanos(left), scheduler, task);
    }
  }

  private TaskState state(Signature task) {
    return broker
        .kept(task.uuid())
        .map(TaskState::read)
        .orElseThrow(() ->
            new DragonflyException(
                ErrorCode.UNAVAILABLE,
                "tried " + task.name() + ", got no state of " + task.uuid() + " any more"));
  }

  /** A list that nobody reads would keep its job for hours. */
  private void refuseSilent(SchedulerAddress scheduler, Signature task) {
    if (!active.test(scheduler)) {
      throw failed(
          ErrorCode.UNAVAILABLE, scheduler, task, "no sign of life (expected an active one)");
    }
  }

  private void pause(Duration pause, SchedulerAddress scheduler, Signature task) {
    try {
      timers.pause(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(ErrorCode.CANCELLED, scheduler, task, "an interrupt");
    }
  }

  /**
   * So that nobody begins what nobody waits for. With the interrupt set aside: it would break the
   * call to Redis.
   */
  private void withdraw(Signature task) {
    boolean interrupted = Thread.interrupted();
    try {
      boolean untouched = broker.withdraw(task.routingKey(), task.json());
      LOG.info(
          "task given up list={} task={} name={} untouched={}",
          task.routingKey(),
          task.uuid(),
          task.name(),
          untouched);
    } catch (DragonflyException e) {
      LOG.warn("task stays listed task={} reason=\"{}\"", task.uuid(), e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  private static DragonflyException failed(
      ErrorCode code, SchedulerAddress scheduler, Signature task, String got) {
    return new DragonflyException(
        code,
        "cluster %d scheduler %s %s: %s"
            .formatted(scheduler.clusterId(), scheduler.ip(), task.name(), got));
  }
}
