package dev.dragonfly.dfdaemon.storage;

import static dev.dragonfly.dfdaemon.storage.StoreFixture.block;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.bytes;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.facts;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.finish;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.read;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.readFromSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskFacts;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources that tell their length at the end only, or that are empty. */
class UnknownLengthTest {
  private static final long PIECE = 1000;
  private static final byte[] CONTENT = bytes(2500, 3);

  @TempDir Path dir;
  private StoreFixture fixture;
  private StoredTask task;

  @BeforeEach
  void open() {
    fixture = new StoreFixture(dir);
    task = fixture.task();
    task.learn(facts(OptionalLong.empty(), PIECE, Optional.empty()), StoredTask.Teller.SOURCE);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void wholePiecesComeFirstThenTheLengthThenTheRest() {
    readFromSource(task, CONTENT, 0, 1);
    assertThat(task.isComplete()).isFalse();
    assertThat(read(task, 0, 2500)).hasSize(2000);

    task.learn(TaskFacts.NONE.withContentLength(2500), StoredTask.Teller.SOURCE);
    readFromSource(task, CONTENT, 2);

    assertThat(task.isComplete()).isTrue();
    assertThat(read(task, 0, 3000)).isEqualTo(CONTENT);
  }

  @Test
  void aPartOfABlockIsRefusedUntilTheLengthIsKnown() {
    assertThatThrownBy(() -> task.putFromSource(0, BlockLease.unpooled(ByteBuffer.allocate(500))))
        .isInstanceOfSatisfying(
            DragonflyException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }

  @Test
  void aLengthShorterThanWhatIsThereIsAChangeOfTheSource() {
    readFromSource(task, CONTENT, 0, 1);

    assertThat(task.learn(TaskFacts.NONE.withContentLength(1999), StoredTask.Teller.SOURCE))
        .isEqualTo(StoredTask.Learnt.CONTRADICTED);
    assertThat(read(task, 0, 2000)).hasSize(2000);
  }

  @Test
  void aContentThatEndsWithAPieceIsComplete() {
    readFromSource(task, CONTENT, 0, 1);
    task.learn(TaskFacts.NONE.withContentLength(2000), StoredTask.Teller.SOURCE);

    assertThat(task.isComplete()).isTrue();
  }

  @Test
  void whatWasThereIsThereAfterAKill() {
    readFromSource(task, CONTENT, 0, 1);
    fixture.restart();
    StoredTask found = fixture.found();

    assertThat(read(found, 0, 2500)).hasSize(2000);
    found.learn(TaskFacts.NONE.withContentLength(2500), StoredTask.Teller.SOURCE);
    readFromSource(found, CONTENT, 2);
    fixture.restart();
    assertThat(read(fixture.found(), 0, 2500)).isEqualTo(CONTENT);
  }

  @Test
  void aBlockThatWasPutBeforeTheLengthIsFinishedAfterIt() {
    task.putFromSource(0, block(task, 0, CONTENT));
    task.learn(TaskFacts.NONE.withContentLength(1000), StoredTask.Teller.SOURCE);
    finish(task, 0);

    assertThat(task.isComplete()).isTrue();
  }

  @Test
  void anEmptyContentIsCompleteAtOnceAndAnEmptyFile() throws Exception {
    task.learn(TaskFacts.NONE.withContentLength(0), StoredTask.Teller.SOURCE);

    assertThat(task.isComplete()).isTrue();
    assertThat(Files.size(task.contentFile())).isZero();
    assertThat(task.read(0, ByteBuffer.allocate(1))).isZero();
    fixture.restart();
    assertThat(fixture.found().isComplete()).isTrue();
  }
}
