package dev.dragonfly.dfdaemon.storage;

import static dev.dragonfly.dfdaemon.storage.StoreFixture.ID;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.SPEC;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.bytes;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.facts;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that hangs, and one buffer for all: a buffer belongs to the action until it ends. */
class HangingDiskTest {
  private static final int PIECE = 1000;
  private static final byte[] CONTENT = bytes(PIECE, 1);
  private static final byte[] OTHER = bytes(PIECE, 2);
  private static final TaskId OTHER_ID = new TaskId("cd".repeat(32));

  @TempDir Path dir;
  private final BlockBuffers buffers = new BlockBuffers(1, PIECE);
  private StoreFixture fixture;
  private StoredTask task;
  private StoredTask other;

  @BeforeEach
  void open() {
    fixture = new StoreFixture(dir, Duration.ofMillis(200));
    task = fixture.store().open(ID, SPEC);
    other = fixture.store().open(OTHER_ID, SPEC);
    task.learn(facts(PIECE, PIECE), StoredTask.Teller.SOURCE);
    other.learn(facts(PIECE, PIECE), StoredTask.Teller.SOURCE);
    fixture.flaky.hang();
  }

  @AfterEach
  void close() {
    fixture.flaky.goOn();
    fixture.close();
  }

  @Test
  void theWaitEndsButTheBufferStaysUntilTheDiskHasDoneWithIt() {
    assertThatThrownBy(() -> task.putFromSource(0, lease(CONTENT)))
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
        .hasMessageContaining("the disk hangs");
    assertThat(buffers.tryBorrow(Duration.ZERO)).isEmpty();

    fixture.flaky.goOn();
    other.putFromSource(0, lease(OTHER));

    assertThat(read(task, 0, PIECE)).isEqualTo(CONTENT);
    assertThat(read(other, 0, PIECE)).isEqualTo(OTHER);
    assertThat(buffers.available()).isOne();
  }

  @Test
  void aCallerWhoIsInterruptedDoesNotTakeTheBufferAlong() throws Exception {
    CompletableFuture<ErrorCode> thrown = new CompletableFuture<>();
    Thread caller = Threads.virtual("caller", () -> thrown.complete(put(CONTENT)));
    while (fixture.flaky.waiting.get() == 0) {
      Thread.onSpinWait();
    }
    caller.interrupt();
    assertThat(thrown.get(10, TimeUnit.SECONDS)).isIn(ErrorCode.CANCELLED, ErrorCode.UNAVAILABLE);
    assertThat(buffers.tryBorrow(Duration.ZERO)).isEmpty();

    fixture.flaky.goOn();
    other.putFromSource(0, lease(OTHER));

    assertThat(read(task, 0, PIECE)).isEqualTo(CONTENT);
    assertThat(buffers.available()).isOne();
  }

  @Test
  void noBufferIsLostWhateverIsWrongWithABlock() {
    fixture.flaky.goOn();
    StoredTask empty = fixture.store().open(new TaskId("ef".repeat(32)), SPEC);
    assertFails(() -> empty.putFromSource(0, lease(CONTENT)));
    assertFails(() -> task.putVerified(0, lease(CONTENT)));
    assertFails(() -> task.putUnsigned(0, half()));
    fixture.store().delete(ID);
    assertFails(() -> task.putFromSource(0, lease(CONTENT)));
    fixture.disk.close();
    assertFails(() -> other.putUnsigned(0, lease(CONTENT)));

    assertThat(buffers.available()).isOne();
  }

  private ErrorCode put(byte[] content) {
    try {
      task.putFromSource(0, lease(content));
      throw new AssertionError("was put on a disk that hangs");
    } catch (DragonflyException e) {
      return e.code();
    }
  }

  private static void assertFails(Runnable put) {
    assertThatThrownBy(put::run).isInstanceOf(DragonflyException.class);
  }

  private BlockLease lease(byte[] content) {
    BlockLease lease = buffers.borrow();
    lease.buffer().put(content).flip();
    return lease;
  }

  private BlockLease half() {
    BlockLease lease = buffers.borrow();
    lease.buffer().limit(PIECE / 2);
    return lease;
  }
}
