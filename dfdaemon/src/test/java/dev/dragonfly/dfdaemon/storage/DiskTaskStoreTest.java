package dev.dragonfly.dfdaemon.storage;

import static dev.dragonfly.dfdaemon.storage.StoreFixture.ID;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.SPEC;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.block;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.bytes;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.facts;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.read;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.readFromSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.testing.ManualTime;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTaskStoreTest extends TaskStoreContract {
  private static final byte[] CONTENT = bytes(2000, 7);
  private static final byte[] OTHER = bytes(2000, 8);
  private static final TaskId OTHER_ID = new TaskId("cd".repeat(32));

  @TempDir Path dir;
  private StoreFixture fixture;

  @BeforeEach
  void open() {
    fixture = new StoreFixture(dir);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void contentLiesWhereUpstreamWouldPutIt() {
    assertThat(complete().contentFile())
        .isEqualTo(dir.resolve("content/tasks/aba").resolve(ID.value()))
        .exists();
  }

  @Test
  void aDeletedTaskIsGoneWithItsFiles() {
    complete();
    fixture.store().delete(ID);

    assertThat(fixture.content()).doesNotExist();
    assertThat(fixture.journal()).doesNotExist();
    fixture.restart();
    assertThat(fixture.store().all()).isEmpty();
  }

  @Test
  void whoStillHoldsADeletedTaskCannotSpoilTheNextOne() {
    StoredTask old = fixture.task();
    old.learn(facts(2000, 1000), StoredTask.Teller.SOURCE);
    old.putUnsigned(0, block(old, 0, OTHER));
    fixture.store().delete(ID);
    StoredTask task = complete();

    failsAsDeleted(() -> old.putFromSource(1, block(old, 1, OTHER)));
    failsAsDeleted(() -> old.putUnsigned(1, block(old, 1, OTHER)));
    failsAsDeleted(() -> StoreFixture.finish(old, 0));
    failsAsDeleted(() ->
        old.learn(
            TaskFacts.NONE.withContentLength(2000).merge(withHeader()), StoredTask.Teller.SOURCE));

    assertThat(read(task, 0, 2000)).isEqualTo(CONTENT);
    fixture.restart();
    assertThat(read(fixture.found(), 0, 2000)).isEqualTo(CONTENT);
  }

  @Test
  void aSecondDaemonOnTheSameFolderIsRefused() {
    assertThatThrownBy(() ->
            DiskTaskStore.open(
                new StorageConfig(dir, 1, 16, 16, Duration.ofSeconds(30)),
                fixture.disk,
                new ManualTime()))
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG))
        .hasMessageContaining(dir.toString())
        .hasMessageContaining("another daemon");
    fixture.restart();
  }

  @Test
  void aFolderThatCannotBeUsedIsNamed() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));

    assertThatThrownBy(() ->
            DiskTaskStore.open(
                new StorageConfig(file, 1, 16, 16, Duration.ofSeconds(30)),
                fixture.disk,
                new ManualTime()))
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG))
        .hasMessageContaining(file.toString())
        .hasMessageContaining("storage.dir");
  }

  @Test
  void whatIsNotOursIsLeftAlone() throws Exception {
    complete();
    fixture.kill();
    Path note = Files.writeString(fixture.journal().resolveSibling("README"), "hello");
    Path stray = Files.writeString(fixture.content().resolveSibling("stray"), "hello");
    Path journal = fixture.journal().resolveSibling(OTHER_ID + ".log");
    Files.copy(fixture.journal(), journal);
    Path garbage = fixture.journal().resolveSibling("0".repeat(64) + ".log");
    Files.write(garbage, bytes(500, 9));

    fixture.restart();

    assertThat(fixture.store().all()).hasSize(1);
    assertThat(read(fixture.found(), 0, 2000)).isEqualTo(CONTENT);
    assertThat(note).hasContent("hello");
    assertThat(stray).hasContent("hello");
    assertThat(journal).exists();
    assertThat(garbage).hasBinaryContent(bytes(500, 9));
  }

  @Test
  void aTaskWhoseJournalIsGarbageBeginsAnew() throws Exception {
    complete();
    fixture.kill();
    Files.write(fixture.journal(), bytes(500, 9));
    fixture.restart();
    assertThat(fixture.store().all()).isEmpty();

    complete();
    fixture.restart();

    assertThat(read(fixture.found(), 0, 2000)).isEqualTo(CONTENT);
  }

  @Test
  void aClosedStoreTouchesNothingAnyMore() {
    StoredTask task = complete();
    fixture.kill();

    assertThatThrownBy(() -> task.read(0, ByteBuffer.allocate(1)))
        .isInstanceOf(DragonflyException.class);
    fixture.restart();
  }

  @Test
  void openFilesStayWithinTheLimit() {
    for (int i = 0; i < 30; i++) {
      StoredTask task = fixture.store().open(new TaskId("%064x".formatted(i)), SPEC);
      task.learn(facts(2000, 1000), StoredTask.Teller.SOURCE);
      readFromSource(task, CONTENT, 0, 1);
    }
    assertThat(fixture.flaky.open.get()).isLessThanOrEqualTo(8 + 3 + 2);
    fixture.store().all().forEach(t -> assertThat(read(t, 0, 2000)).isEqualTo(CONTENT));
    fixture.kill();
    fixture.settle();
    assertThat(fixture.flaky.open.get()).isZero();
    fixture.restart();
  }

  @Override
  TaskStore store() {
    return fixture.store();
  }

  private StoredTask complete() {
    return complete(fixture.task(), CONTENT);
  }

  private static TaskFacts withHeader() {
    return new TaskFacts(
        java.util.OptionalLong.empty(),
        java.util.OptionalLong.empty(),
        java.util.Map.of(),
        java.util.Optional.of(dev.dragonfly.common.digest.Digest.ofCrc32(1)),
        java.util.List.of());
  }

  private static void failsAsDeleted(ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageContaining("deleted");
  }
}
