package dev.dragonfly.manager.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.manager.app.RunningManager;
import dev.dragonfly.manager.dispatch.PreheatOrder;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.job.JobTarget.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Managers that work on jobs, on one database; the test says when they look. */
@ExtendWith(RunningManager.Extension.class)
final class JobWorkersTest {
  private static final List<String> URLS =
      IntStream.range(0, 20).mapToObj(i -> "http://origin.example/" + i).toList();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final RunningManager running;
  private final JobQueue queue;
  private final JobProgressReader progress;
  private final FakeSchedulers schedulers;
  private final JdbcClient jdbc;
  private final ManualTime time = new ManualTime();
  private final List<JobWorkers> managers = new ArrayList<>();

  JobWorkersTest(RunningManager running) {
    this.running = running;
    this.queue = running.bean(JobQueue.class);
    this.progress = running.bean(JobProgressReader.class);
    this.schedulers = running.schedulers();
    this.jdbc = running.bean(JdbcClient.class);
  }

  @BeforeEach
  void oneScheduler() {
    running.clear();
    running.addScheduler("s1", 8002);
  }

  @AfterEach
  void closeAll() {
    managers.forEach(JobWorkers::close);
    await(() -> managers.stream().allMatch(manager -> manager.running() == 0), "all stop");
  }

  @Test
  void aPreheatEndsWithAnOutcomeForEveryContent() {
    long id = worked();
    JobProgress end = progress.read(id).orElseThrow();
    assertThat(end.state()).isEqualTo(JobState.SUCCESS);
    assertThat(end.succeeded()).isEqualTo(20);
    assertThat(end.finishedBytes()).isEqualTo(20 * FakeSchedulers.BYTES);
    assertThat(schedulers.fetched()).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void whoTakesOverFetchesOnlyWhatIsLeftAndTheFirstWritesNothingMore() throws Exception {
    CountDownLatch half = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch heard = new CountDownLatch(1);
    schedulers.onPreheat((scheduler, order, listener) -> {
      schedulers.onPreheat(schedulers::fetchAll);
      FakeSchedulers.plan(order, listener);
      FakeSchedulers.left(order).subList(0, 7).forEach(t -> schedulers.fetch(t, listener));
      half.countDown();
      awaitThroughInterrupts(goOn);
      // The first manager is back and does not know yet that it lost the job.
      try {
        FakeSchedulers.left(order)
            .subList(7, 20)
            .forEach(t -> listener.ended(t, FakeSchedulers.SEED, 1, 1, "too late"));
      } finally {
        heard.countDown();
      }
    });
    long id = create();
    manager(4).wake();
    assertThat(half.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    await(() -> progress.read(id).orElseThrow().succeeded() == 7, "seven are written");
    lapse(id);
    manager(4).wake();
    awaitEnd(id);
    goOn.countDown();
    assertThat(heard.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(schedulers.orders()).hasSize(2);
    PreheatOrder second = schedulers.orders().get(1);
    assertThat(second.urls()).hasSize(13);
    assertThat(second.planned()).hasSize(13);
    assertThat(schedulers.fetched()).hasSize(20).doesNotHaveDuplicates();
    JobProgress end = progress.read(id).orElseThrow();
    assertThat(end.state()).isEqualTo(JobState.SUCCESS);
    assertThat(end.succeeded()).isEqualTo(20);
    assertThat(progress.changes(id, 0, Long.MAX_VALUE))
        .hasSize(20)
        .allMatch(target -> target.state() == TargetState.SUCCESS);
    await(() -> managers.getFirst().running() == 0, "the first manager stops");
    assertThat(progress.read(id).orElseThrow()).isEqualTo(end);
  }

  @Test
  void whenASchedulerGoesAnotherOfItsClusterGoesOn() {
    running.addScheduler("s2", 8002);
    schedulers.onPreheat((scheduler, order, listener) -> {
      schedulers.onPreheat(schedulers::fetchAll);
      FakeSchedulers.plan(order, listener);
      FakeSchedulers.left(order).subList(0, 5).forEach(t -> schedulers.fetch(t, listener));
      throw new DragonflyException(ErrorCode.UNAVAILABLE, "the scheduler went away");
    });
    long id = worked();
    assertThat(progress.read(id).orElseThrow().state()).isEqualTo(JobState.SUCCESS);
    assertThat(schedulers.fetched()).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void aPreheatThatWarmedNothingFailsAndNamesWhatWasTried() {
    schedulers.onPreheat((scheduler, order, listener) -> {
      FakeSchedulers.plan(order, listener);
      FakeSchedulers.left(order)
          .forEach(t -> listener.ended(t, FakeSchedulers.SEED, 0, 0, "origin says 404"));
    });
    long id = worked();
    assertThat(progress.read(id).orElseThrow().state()).isEqualTo(JobState.FAILURE);
    assertThat(result(id)).contains("origin says 404", URLS.getFirst(), "seed", "failure_tasks");
  }

  @Test
  void aSchedulerThatSaysNothingMakesNoSuccess() {
    schedulers.onPreheat((scheduler, order, listener) -> {});
    long silent = create();
    manager(4).wake();
    awaitEnd(silent);
    assertThat(progress.read(silent).orElseThrow().state()).isEqualTo(JobState.FAILURE);
    assertThat(result(silent)).contains("no host was found");
    schedulers.onPreheat((scheduler, order, listener) -> FakeSchedulers.plan(order, listener));
    long planned = create();
    managers.getFirst().wake();
    awaitEnd(planned);
    assertThat(progress.read(planned).orElseThrow().failed()).isEqualTo(20);
  }

  @Test
  void whatIsCancelledWhileItRunsStopsAndKeepsWhatItReached() {
    JobWorkers manager = manager(4);
    long id = stuckAfter(3, manager::wake);
    await(() -> progress.read(id).orElseThrow().succeeded() == 3, "three are written");
    manager.cancel(id);
    awaitEnd(id);
    JobProgress end = progress.read(id).orElseThrow();
    assertThat(end.state()).isEqualTo(JobState.FAILURE);
    assertThat(end.succeeded()).isEqualTo(3);
    assertThat(end.failed()).isEqualTo(17);
    assertThat(result(id)).contains("cancelled", "success_tasks");
  }

  @Test
  void anotherManagerCancelsWithinALook() {
    JobWorkers first = manager(4);
    long id = stuckAfter(0, first::start);
    manager(4).cancel(id);
    assertThat(progress.read(id).orElseThrow().state()).isEqualTo(JobState.PENDING);
    time.advance(Duration.ofSeconds(1));
    awaitEnd(id);
    assertThat(result(id)).contains("cancelled");
  }

  @Test
  void whatIsCancelledWhileItWaitsEndsAtOnce() {
    long id = create();
    manager(4).cancel(id);
    assertThat(progress.read(id).orElseThrow().state()).isEqualTo(JobState.FAILURE);
    assertThat(schedulers.orders()).isEmpty();
  }

  @Test
  void whoEndsGivesItsJobsToOthersAtOnce() {
    JobWorkers first = manager(4);
    long id = stuckAfter(3, first::wake);
    await(() -> progress.read(id).orElseThrow().succeeded() == 3, "three are written");
    first.close();
    await(() -> first.running() == 0, "it stops");
    assertThat(progress.read(id).orElseThrow().state()).isEqualTo(JobState.PENDING);
    schedulers.onPreheat(schedulers::fetchAll);
    manager(4).wake();
    awaitEnd(id);
    assertThat(progress.read(id).orElseThrow().state()).isEqualTo(JobState.SUCCESS);
    assertThat(schedulers.fetched()).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void noMoreRunAtOnceThanThereAreWorkers() {
    Semaphore begun = new Semaphore(0);
    Semaphore end = new Semaphore(0);
    schedulers.onPreheat((scheduler, order, listener) -> {
      begun.release();
      end.acquire();
      schedulers.fetchAll(scheduler, order, listener);
    });
    long[] ids = {create(), create(), create()};
    JobWorkers manager = manager(2);
    manager.wake();
    acquire(begun);
    acquire(begun);
    await(() -> queue.waiting() == 1, "one waits");
    assertThat(manager.running()).isEqualTo(2);
    assertThat(begun.tryAcquire()).isFalse();
    end.release(3);
    for (long id : ids) {
      awaitEnd(id);
    }
  }

  @Test
  void aManagerThatCouldNotRenewInTimeStopsByItself() {
    JobWorkers manager = manager(4);
    long id = stuckAfter(0, manager::wake);
    takeAsAnother(id);
    manager.wake();
    await(() -> manager.running() == 0, "it stops");
    assertThat(progress.read(id).orElseThrow().state()).isEqualTo(JobState.PENDING);
  }

  @Test
  void aRunWhoseLeaseLapsedIsToldByTheClockAlone() {
    JobRun run = new JobRun(new JobLease(1, JobType.PREHEAT, 1), 100, () -> {});
    assertThat(run.hasLapsed(100)).isFalse();
    assertThat(run.hasLapsed(101)).isTrue();
    run.renewed(200);
    assertThat(run.hasLapsed(150)).isFalse();
  }

  @Test
  void aRemovedJobStopsTheWork() {
    JobWorkers manager = manager(4);
    long id = stuckAfter(0, manager::wake);
    jdbc.sql("DELETE FROM jobs WHERE id = :id").param("id", id).update();
    manager.wake();
    await(() -> manager.running() == 0, "it stops");
  }

  /** In one step: a look of the manager that comes between would renew a lease that only lapsed. */
  private void takeAsAnother(long id) {
    jdbc.sql(
            """
            UPDATE jobs SET lease_owner = 'other', lease_generation = lease_generation + 1,
                lease_until = now() + interval '1 minute'
            WHERE id = :id
            """)
        .param("id", id)
        .update();
  }

  /** A job that a manager has begun and that stops after so many contents. */
  private long stuckAfter(int count, Runnable begin) {
    Semaphore begun = new Semaphore(0);
    schedulers.onPreheat((scheduler, order, listener) -> {
      FakeSchedulers.plan(order, listener);
      FakeSchedulers.left(order).subList(0, count).forEach(t -> schedulers.fetch(t, listener));
      begun.release();
      new CountDownLatch(1).await();
    });
    long id = create();
    begin.run();
    acquire(begun);
    return id;
  }

  private JobWorkers manager(int workers) {
    JobsConfig config = new JobsConfig(workers, Duration.ofSeconds(30), 1, Duration.ofHours(1));
    JobWorkers manager =
        new JobWorkers(
            queue,
            running.bean(JobParts.class),
            List.of(running.bean(PreheatWork.class)),
            running.bean(JobChanges.class),
            running.bean(JobMeters.class),
            config,
            new Clock(time, time));
    managers.add(manager);
    return manager;
  }

  /** A job that one manager has worked on to its end. */
  private long worked() {
    long id = create();
    manager(4).wake();
    awaitEnd(id);
    return id;
  }

  private long create() {
    return queue.create(
        new NewJob(
            NewJob.newGroupId(),
            JobType.PREHEAT,
            "",
            0,
            new JsonDocument("{\"type\":\"file\",\"url\":\"http://origin.example/0\"}"),
            JsonDocument.EMPTY,
            List.of(1L),
            List.of(),
            URLS));
  }

  private void lapse(long id) {
    jdbc.sql("UPDATE jobs SET lease_until = now() - interval '1 second' WHERE id = :id")
        .param("id", id)
        .update();
  }

  private String result(long id) {
    return jdbc.sql("SELECT result FROM jobs WHERE id = :id")
        .param("id", id)
        .query(String.class)
        .single();
  }

  private void awaitEnd(long id) {
    await(() -> progress.read(id).orElseThrow().state() != JobState.PENDING, "job " + id + " ends");
  }

  private static void acquire(Semaphore semaphore) {
    try {
      assertThat(semaphore.tryAcquire(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitThroughInterrupts(CountDownLatch latch) {
    boolean open = false;
    while (!open) {
      try {
        open = latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        // A scheduler that does not hear the interrupt at once.
        open = false;
      }
    }
  }

  private static void await(BooleanSupplier condition, String what) {
    Awaitility.await(what).atMost(LIMIT).until(condition::getAsBoolean);
  }
}
