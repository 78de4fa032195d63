package dev.dragonfly.dfdaemon.storage;

import static dev.dragonfly.dfdaemon.storage.StoreFixture.ID;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.SPEC;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.bytes;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.facts;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.read;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.readFromSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every store does, the one of the tests too. */
abstract class TaskStoreContract {
  private static final byte[] CONTENT = bytes(2000, 1);
  private static final byte[] BETTER = bytes(2000, 2);
  private static final TaskId OTHER_ID = new TaskId("cd".repeat(32));

  abstract TaskStore store();

  @Test
  void everybodyGetsTheSameTask() {
    StoredTask task = store().open(ID, SPEC);

    assertThat(store().open(ID, SPEC)).isSameAs(task);
    assertThat(store().find(ID)).containsSame(task);
    assertThat(store().find(OTHER_ID)).isEmpty();
    assertThat(store().all()).containsExactly(task);
  }

  @Test
  void whoListensHearsOnceOfEveryTaskThatCanBeFoundFromThenOn() {
    store().open(OTHER_ID, SPEC);
    List<StoredTask> told = new ArrayList<>();
    store()
        .listen(task -> {
          assertThat(store().find(task.id())).containsSame(task);
          told.add(task);
        });

    StoredTask task = store().open(ID, SPEC);
    store().open(ID, SPEC);
    store().open(OTHER_ID, SPEC);
    StoredTask hidden = store().openPrivate(ID, SPEC);
    assertThat(told).containsExactly(task);
    store().adopt(hidden);

    assertThat(told).containsExactly(task, hidden);
  }

  @Test
  void aDeletedTaskIsGoneAndItsListenersKnow() {
    StoredTask task = complete(store().open(ID, SPEC), CONTENT);
    AtomicInteger deleted = new AtomicInteger();
    task.listen(new Watcher(deleted));

    store().delete(ID);
    store().delete(ID);

    assertThat(deleted.get()).isOne();
    assertThat(store().all()).isEmpty();
    assertThatThrownBy(() -> task.read(0, ByteBuffer.allocate(1)))
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  @Test
  void aTaskThatFailedBeforeItBeganIsForgotten() {
    store().open(ID, SPEC);
    store().forgetIfEmpty(ID);

    assertThat(store().all()).isEmpty();
  }

  @Test
  void aTaskThatSomebodyUsesOrOfWhichSomethingIsKnownIsNotForgotten() {
    StoredTask task = store().open(ID, SPEC);
    try (StoredTask.Subscription use = task.use()) {
      store().forgetIfEmpty(ID);
      assertThat(store().find(ID)).containsSame(task);
    }
    task.learn(facts(2000, 1000), StoredTask.Teller.SCHEDULER);
    store().forgetIfEmpty(ID);

    assertThat(store().find(ID)).containsSame(task);
  }

  @Test
  void aPrivateTaskTakesThePlaceOfTheOtherAtOnce() {
    StoredTask old = complete(store().open(ID, SPEC), CONTENT);
    AtomicInteger deleted = new AtomicInteger();
    old.listen(new Watcher(deleted));
    StoredTask fresh = complete(store().openPrivate(ID, SPEC), BETTER);
    assertThat(store().find(ID)).containsSame(old);

    store().adopt(fresh);

    assertThat(deleted.get()).isOne();
    assertThat(store().find(ID)).containsSame(fresh);
    assertThat(read(fresh, 0, 2000)).isEqualTo(BETTER);
  }

  @Test
  void aPrivateTaskIsGoneWhenDiscarded() {
    StoredTask hidden = complete(store().openPrivate(ID, SPEC), CONTENT);

    store().discard(hidden);

    assertThat(store().all()).isEmpty();
    assertThatThrownBy(() -> hidden.read(0, ByteBuffer.allocate(1)))
        .isInstanceOf(DragonflyException.class);
  }

  static StoredTask complete(StoredTask task, byte[] content) {
    task.learn(facts(2000, 1000), StoredTask.Teller.SOURCE);
    readFromSource(task, content, 0, 1);
    return task;
  }

  private record Watcher(AtomicInteger deletions) implements StoredTask.Listener {
    @Override
    public void deleted() {
      deletions.incrementAndGet();
    }
  }
}
