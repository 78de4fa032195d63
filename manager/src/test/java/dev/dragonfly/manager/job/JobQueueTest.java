package dev.dragonfly.manager.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.manager.app.RunningManager;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who has which job, by the clock of the database, whose rows the test makes older. */
@ExtendWith(RunningManager.Extension.class)
final class JobQueueTest {
  private final JobQueue queue;
  private final JdbcClient jdbc;
  private final RunningManager running;

  JobQueueTest(RunningManager running) {
    this.running = running;
    this.queue = running.bean(JobQueue.class);
    this.jdbc = running.bean(JdbcClient.class);
  }

  @BeforeEach
  void noJobs() {
    running.clear();
  }

  @Test
  void ofManyWhoTakeAtOnceEachJobHasOne() {
    for (int i = 0; i < 40; i++) {
      create();
    }
    List<Long> taken = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService takers = Threads.newVirtualExecutor("taker")) {
      for (int i = 0; i < 8; i++) {
        String owner = "manager-" + i;
        takers.execute(() -> {
          Optional<JobLease> lease = queue.take(owner);
          while (lease.isPresent()) {
            taken.add(lease.get().jobId());
            lease = queue.take(owner);
          }
        });
      }
    }
    assertThat(taken).hasSize(40).doesNotHaveDuplicates();
  }

  @Test
  void theOldestIsTakenFirstAndOnlyOnce() {
    long first = create();
    long second = create();
    assertThat(queue.take("a").orElseThrow().jobId()).isEqualTo(first);
    assertThat(queue.take("b", first)).isEmpty();
    assertThat(queue.take("b").orElseThrow().jobId()).isEqualTo(second);
    assertThat(queue.take("c")).isEmpty();
  }

  @Test
  void whoIsSilentForTooLongLosesTheJobAndWritesNothingMore() {
    long id = create();
    JobLease old = queue.take("a").orElseThrow();
    assertThat(queue.renew(old)).isPresent();
    lapse(id);
    JobLease next = queue.take("b").orElseThrow();
    assertThat(next.generation()).isEqualTo(old.generation() + 1);
    assertThat(next.isTakeover()).isTrue();
    assertThat(queue.renew(old)).isEmpty();
    assertThatThrownBy(() -> queue.report(old, JsonDocument.EMPTY))
        .isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> queue.finish(old, JobState.SUCCESS, JsonDocument.EMPTY))
        .isInstanceOf(LeaseLostException.class);
    queue.release(old);
    assertThat(state(id)).isEqualTo("PENDING");
    assertThat(queue.take("c")).as("the release of an old lease").isEmpty();
    queue.finish(next, JobState.SUCCESS, JsonDocument.EMPTY);
    assertThat(state(id)).isEqualTo("SUCCESS");
  }

  @Test
  void aLapsedLeaseThatNobodyTookIsRenewed() {
    long id = create();
    JobLease lease = queue.take("a").orElseThrow();
    lapse(id);
    assertThat(queue.renew(lease)).isPresent();
    assertThat(queue.take("b")).isEmpty();
  }

  @Test
  void aJobThatIsGivenBackCanBeTakenAtOnce() {
    create();
    JobLease lease = queue.take("a").orElseThrow();
    queue.release(lease);
    assertThat(queue.take("b").orElseThrow().generation()).isEqualTo(2);
  }

  @Test
  void aJobThatEndedIsNeverTakenAndHasNoSecrets() {
    NewJob job =
        new NewJob(
            "group_1",
            JobType.PREHEAT,
            "",
            0,
            JsonDocument.EMPTY,
            new JsonDocument("{\"password\":\"p\"}"),
            List.of(1L),
            List.of(),
            List.of("http://o/1"));
    long id = queue.create(job);
    assertThat(running.bean(JobSecrets.class).open(id).text()).contains("\"p\"");
    JobLease lease = queue.take("a").orElseThrow();
    queue.finish(lease, JobState.FAILURE, JsonDocument.EMPTY);
    lapse(id);
    assertThat(queue.take("b")).isEmpty();
    assertThat(queue.cancel(id)).isFalse();
    assertThat(running.bean(JobSecrets.class).open(id)).isEqualTo(JsonDocument.EMPTY);
    assertThatThrownBy(() -> queue.finish(lease, JobState.SUCCESS, JsonDocument.EMPTY))
        .isInstanceOf(LeaseLostException.class);
  }

  @Test
  void secretsOfOneJobDoNotOpenAsThoseOfAnother() {
    long mine = create();
    long other = create();
    running.bean(JobSecrets.class).keep(mine, new JsonDocument("{\"password\":\"p\"}"));
    jdbc.sql("UPDATE job_secrets SET job_id = :other").param("other", other).update();
    assertThatThrownBy(() -> running.bean(JobSecrets.class).open(other))
        .hasMessageContaining("make the job again");
  }

  private long create() {
    return queue.create(
        new NewJob(
            "group_1",
            JobType.PREHEAT,
            "",
            0,
            JsonDocument.EMPTY,
            JsonDocument.EMPTY,
            List.of(),
            List.of(),
            List.of()));
  }

  private void lapse(long id) {
    jdbc.sql("UPDATE jobs SET lease_until = now() - interval '1 second' WHERE id = :id")
        .param("id", id)
        .update();
  }

  private String state(long id) {
    return jdbc.sql("SELECT state FROM jobs WHERE id = :id")
        .param("id", id)
        .query(String.class)
        .single();
  }
}
