package dev.dragonfly.manager.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.manager.app.RunningManager;
import dev.dragonfly.manager.dispatch.JobHost;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** How a job goes, as a stream; the test does the work and says when there is news. */
@ExtendWith(RunningManager.Extension.class)
final class JobEventsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final JobHost HOST = new JobHost("h", "host", "10.0.0.7", "normal");
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final RunningManager running;
  private final JobQueue queue;
  private final JobTargets targets;
  private final JobChanges changes;
  private final JobEvents events;

  JobEventsTest(RunningManager running) {
    this.running = running;
    this.queue = running.bean(JobQueue.class);
    this.targets = running.bean(JobTargets.class);
    this.changes = running.bean(JobChanges.class);
    this.events = events(5);
  }

  @BeforeEach
  void noJobs() {
    running.clear();
  }

  @Test
  void theWholeStateComesFirstThenWhatChangesThenTheEnd() throws Exception {
    JobLease lease = begun();
    targets.write(lease, List.of(new TargetChange.Planned(part(lease), 0, HOST)));
    MockHttpServletResponse response = new MockHttpServletResponse();
    Thread listener = Threads.virtual("listener", () -> events.stream(lease.jobId(), 0, response));
    awaitText(response, "\"state\":\"PLANNED\"");
    targets.write(
        lease, List.of(new TargetChange.Progressed(part(lease), 0, HOST.hostId(), 50, 100)));
    changes.signal(lease.jobId());
    awaitText(response, "\"state\":\"RUNNING\",\"finished_bytes\":50,\"content_length\":100");
    targets.write(lease, List.of(new TargetChange.Ended(part(lease), 0, HOST, 100, 100, "")));
    queue.finish(lease, JobState.SUCCESS, JsonDocument.EMPTY);
    // No signal: as when another manager works on it, the stream looks by itself.
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> {
          running.time().advance(Duration.ofSeconds(1));
          return !listener.isAlive();
        });
    assertThat(response.getContentType()).startsWith("text/event-stream");
    assertThat(response.getContentAsString())
        .contains("event: target\n", "event: progress\n", "\"origin_bytes\":100")
        .endsWith("event: end\ndata: {\"state\":\"SUCCESS\"}\n\n");
  }

  @Test
  void aStreamThatBrokeGoesOnAfterWhatItHasSeen() throws Exception {
    JobLease lease = begun();
    targets.write(lease, List.of(new TargetChange.Planned(part(lease), 0, HOST)));
    long seen = running.bean(JobProgressReader.class).read(lease.jobId()).orElseThrow().change();
    targets.write(lease, List.of(new TargetChange.Planned(part(lease), 1, HOST)));
    queue.finish(lease, JobState.FAILURE, JsonDocument.EMPTY);
    MockHttpServletResponse response = new MockHttpServletResponse();
    events.stream(lease.jobId(), seen, response);
    assertThat(response.getContentAsString())
        .contains("http://origin.example/1")
        .doesNotContain("http://origin.example/0")
        .contains("id: ");
  }

  @Test
  void noMoreListenThanMayAndTheirPlacesAreGivenBack() {
    JobLease lease = begun();
    JobEvents none = events(0);
    assertThatThrownBy(() -> none.stream(lease.jobId(), 0, new MockHttpServletResponse()))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining("try again");
    JobEvents one = events(1);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> one.stream(999_999, 0, new MockHttpServletResponse()))
          .hasMessage("record not found");
    }
  }

  @Test
  void whoStopsEndsItsStreams() {
    JobLease lease = begun();
    MockHttpServletResponse response = new MockHttpServletResponse();
    Thread listener = Threads.virtual("listener", () -> events.stream(lease.jobId(), 0, response));
    awaitText(response, "event: progress");
    events.stop();
    Awaitility.await().atMost(LIMIT).until(() -> !listener.isAlive());
  }

  private JobEvents events(int listeners) {
    JobsConfig config = new JobsConfig(1, Duration.ofSeconds(30), listeners, Duration.ofHours(1));
    JobEvents made = new JobEvents(running.bean(JobProgressReader.class), changes, JSON, config);
    made.start();
    return made;
  }

  private JobLease begun() {
    queue.create(
        new NewJob(
            NewJob.newGroupId(),
            JobType.PREHEAT,
            "",
            0,
            JsonDocument.EMPTY,
            JsonDocument.EMPTY,
            List.of(1L),
            List.of(),
            List.of("http://origin.example/0", "http://origin.example/1")));
    return queue.take("test").orElseThrow();
  }

  private long part(JobLease lease) {
    return running
        .bean(JdbcClient.class)
        .sql("SELECT id FROM job_parts WHERE job_id = :job")
        .param("job", lease.jobId())
        .query(Long.class)
        .single();
  }

  private static void awaitText(MockHttpServletResponse response, String text) {
    Awaitility.await().atMost(LIMIT).until(() -> response.getContentAsString().contains(text));
  }
}
