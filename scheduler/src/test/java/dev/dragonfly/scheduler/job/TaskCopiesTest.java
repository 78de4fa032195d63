package dev.dragonfly.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.memory.MemoryGraph;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TaskCopiesTest {
  private static final TaskId TASK = Samples.task('a');

  private final Graph graph = new MemoryGraph(new ManualTime()).graph();
  private final ExecutorService executor = Threads.newVirtualExecutor("test-copies");
  private final Map<HostId, Daemons.Copy> held = new ConcurrentHashMap<>();
  private final Set<HostId> silent = ConcurrentHashMap.newKeySet();
  private final Host whole = Samples.host("whole");
  private final Host part = Samples.host("part");
  private final Host lost = Samples.host("lost");
  private final TaskCopies copies = new TaskCopies(graph, new Hosts(), executor);

  /** Daemons that have what the test says. */
  private final class Hosts implements Daemons {
    @Override
    public Optional<Copy> stat(Host host, TaskId task) {
      answer(host);
      return Optional.ofNullable(held.get(host.id()));
    }

    @Override
    public void delete(Host host, TaskId task) {
      answer(host);
      held.remove(host.id());
    }

    private void answer(Host host) {
      if (silent.contains(host.id())) {
        throw new DragonflyException(ErrorCode.UNAVAILABLE, "connection refused");
      }
    }
  }

  TaskCopiesTest() {
    for (Host host : List.of(whole, part, lost, Samples.host("stranger"))) {
      graph.hosts().announce(host, Duration.ofDays(1));
    }
    List.of(whole, part, lost).forEach(host -> graph.hosts().join(host.id(), TASK));
    held.put(whole.id(), copy(true));
    held.put(part.id(), copy(false));
  }

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void holdersAreThoseThatSayThatTheyHoldIt() {
    assertThat(copies.find(TASK, 1))
        .containsExactly(
            new TaskCopies.Holder(part, copy(false)), new TaskCopies.Holder(whole, copy(true)));
  }

  @Test
  void aHostThatDoesNotAnswerHidesNoOthers() {
    silent.add(part.id());
    assertThat(copies.find(TASK, 500)).extracting(TaskCopies.Holder::host).containsExactly(whole);
  }

  @Test
  void deletedIsWhatTheHostsHaveDeletedAndOnlyThatIsForgotten() {
    silent.add(part.id());

    List<TaskCopies.Deletion> deletions = copies.delete(TASK);

    assertThat(deletions)
        .extracting(deletion -> deletion.host().hostname(), d -> d.failure().isEmpty())
        .containsExactly(tuple("lost", true), tuple("part", false), tuple("whole", true));
    assertThat(deletions.get(1).failure().orElseThrow())
        .contains(TASK.value(), part.id().value(), "UNAVAILABLE: connection refused");
    assertThat(graph.hosts().participants(TASK)).containsExactly(part);
    assertThat(held).containsOnlyKeys(part.id());
  }

  @Test
  void contentsAreListedPerHost() {
    Content file = Content.of(Samples.FILE.url(), TaskSpec.ofUrl(Samples.FILE.url()));
    graph.hosts().join(whole.id(), file.taskOn(whole));

    assertThat(copies.perHost(List.of(file), 2, 2))
        .isEqualTo(Map.of(whole, Map.of(file.url(), copy(true))));
  }

  private static Daemons.Copy copy(boolean finished) {
    return new Daemons.Copy(finished, Instant.EPOCH, Instant.EPOCH);
  }
}
