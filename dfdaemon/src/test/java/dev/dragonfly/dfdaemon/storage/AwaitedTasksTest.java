package dev.dragonfly.dfdaemon.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class AwaitedTasksTest {
  private static final TaskId ID = new TaskId("ab".repeat(32));
  private static final TaskId OTHER = new TaskId("cd".repeat(32));
  private static final TaskSpec SPEC = TaskSpec.ofUrl("http://origin.test/file");

  @TempDir Path folder;
  private final ManualTime timers = new ManualTime();
  private final BlockingQueue<Optional<StoredTask>> answers = new LinkedBlockingQueue<>();
  private MemoryTaskStore store;
  private AwaitedTasks awaited;

  @BeforeEach
  void open() {
    store = new MemoryTaskStore(folder);
    awaited = new AwaitedTasks(store, timers);
  }

  @Test
  void whatIsHereIsAnsweredAtOnce() {
    StoredTask task = store.open(ID, SPEC);
    await(ID);

    assertThat(answers.poll()).containsSame(task);
    assertThat(timers.pendingTimers()).isZero();
  }

  @Test
  void theStoreWakesWhoWaitsForTheTaskWithoutAnyTimePassing() throws Exception {
    await(ID);
    await(ID);
    await(OTHER);
    StoredTask task = store.open(ID, SPEC);

    assertThat(next()).containsSame(task);
    assertThat(next()).containsSame(task);
    assertThat(timers.pendingTimers()).as("of the other task").isOne();
    assertThat(answers).isEmpty();
  }

  @Test
  void whoWaitsInVainIsToldOnceAfterFiveSeconds() throws Exception {
    await(ID);
    timers.advance(AwaitedTasks.PATIENCE.minusNanos(1));
    assertThat(answers).isEmpty();
    timers.advance(Duration.ofNanos(1));

    assertThat(next()).isEmpty();
    store.open(ID, SPEC);
    assertThat(timers.pendingTimers()).isZero();
    assertThat(answers).isEmpty();
  }

  @Test
  void whoIsGoneIsToldNothingAndLeavesHisPlaceToOthers() throws Exception {
    for (int i = 0; i < AwaitedTasks.MOST_WAITING; i++) {
      awaited.whenThere(ID, () -> true, answers::add);
    }
    await(ID);
    StoredTask task = store.open(ID, SPEC);

    assertThat(next()).containsSame(task);
    assertThat(answers).isEmpty();
  }

  @Test
  void whenTooManyWaitTheNextIsToldAtOnce() {
    for (int i = 0; i < AwaitedTasks.MOST_WAITING; i++) {
      await(ID);
    }
    assertThat(answers).isEmpty();
    await(ID);

    assertThat(answers.poll()).isEmpty();
  }

  private void await(TaskId id) {
    awaited.whenThere(id, () -> false, answers::add);
  }

  private Optional<StoredTask> next() throws InterruptedException {
    Optional<StoredTask> answer = answers.poll(10, TimeUnit.SECONDS);
    if (answer == null) {
      throw new AssertionError("nobody was told");
    }
    return answer;
  }
}
