package dev.dragonfly.manager.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TriedSchedulerJobsTest {
  private static final SchedulerAddress SCHEDULER = new SchedulerAddress(1, "s", "10.0.0.1", 1);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final List<String> asked = new ArrayList<>();

  @Test
  void theListIsForWhoDoesNoJobsOverGrpc() {
    TriedSchedulerJobs jobs = tried(ErrorCode.UNIMPLEMENTED);
    jobs.findTask(SCHEDULER, "t", 1, TIMEOUT);
    jobs.deleteTask(SCHEDULER, "t", TIMEOUT);
    jobs.hosts(SCHEDULER, TIMEOUT);
    jobs.preheat(SCHEDULER, Orders.order("", List.of(), "http://o/a"), new Heard());
    assertThat(asked)
        .containsExactly(
            "grpc find",
            "list find",
            "grpc delete",
            "list delete",
            "grpc hosts",
            "list hosts",
            "grpc preheat",
            "list preheat");
  }

  @Test
  void whoFailsOverGrpcIsNotAskedAgainByTheList() {
    assertThatThrownBy(() -> tried(ErrorCode.UNAVAILABLE).hosts(SCHEDULER, TIMEOUT))
        .hasMessage("no grpc");
    assertThat(asked).containsExactly("grpc hosts");
  }

  private TriedSchedulerJobs tried(ErrorCode code) {
    return new TriedSchedulerJobs(
        new Asked("grpc", new DragonflyException(code, "no grpc")), new Asked("list", null));
  }

  /** Writes down what it is asked, and fails as it is told. */
  private final class Asked implements SchedulerJobs {
    private final String name;
    private final @Nullable DragonflyException failure;

    Asked(String name, @Nullable DragonflyException failure) {
      this.name = name;
      this.failure = failure;
    }

    @Override
    public void preheat(SchedulerAddress scheduler, PreheatOrder order, PreheatListener listener) {
      hear("preheat");
    }

    @Override
    public List<TaskHolder> findTask(
        SchedulerAddress scheduler, String taskId, int concurrentPeerCount, Duration timeout) {
      hear("find");
      return List.of();
    }

    @Override
    public List<TaskDeletion> deleteTask(
        SchedulerAddress scheduler, String taskId, Duration timeout) {
      hear("delete");
      return List.of();
    }

    @Override
    public List<KnownHost> hosts(SchedulerAddress scheduler, Duration timeout) {
      hear("hosts");
      return List.of();
    }

    private void hear(String what) {
      asked.add(name + " " + what);
      if (failure != null) {
        throw failure;
      }
    }
  }
}
