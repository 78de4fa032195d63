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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
  private static final byte[] CONTENT = bytes(2000, 6);

  @TempDir Path dir;
  private StoreFixture fixture;
  private StoredTask task;

  @BeforeEach
  void open() {
    fixture = new StoreFixture(dir);
    task = fixture.task();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aContentThatDoesNotFitIsRefusedBeforeItIsFetched() {
    fixture.leaveRoomFor(1999);

    assertThatThrownBy(() -> task.learn(facts(2000, 1000), StoredTask.Teller.SOURCE))
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SPACE))
        .hasMessageContaining("needs 2000")
        .hasMessageContaining("has 1999")
        .hasMessageContaining(fixture.paths().dir().toString());
    assertThat(task.facts().contentLength()).isEqualTo(OptionalLong.empty());
    fixture.leaveRoomFor(2000);
    task.learn(facts(2000, 1000), StoredTask.Teller.SOURCE);
  }

  @Test
  void aDiskThatFillsUpBetweenFailsTheBlockAndNothingElse() {
    task.learn(facts(2000, 1000), StoredTask.Teller.SOURCE);
    readFromSource(task, CONTENT, 0);
    fixture.flaky.failWrites("No space left on device");

    failsForLackOfSpace(() -> task.putFromSource(1, block(task, 1, CONTENT)));

    assertThat(task.hasBlock(1)).isFalse();
    assertThat(read(task, 0, 2000)).isEqualTo(Arrays.copyOf(CONTENT, 1000));
    fixture.flaky.heal();
    readFromSource(task, CONTENT, 1);
    assertThat(read(task, 0, 2000)).isEqualTo(CONTENT);
  }

  @Test
  void aRecordThatWasWrittenInPartIsWrittenAgain() {
    task.learn(facts(2000, 1000), StoredTask.Teller.SOURCE);
    task.putFromSource(0, block(task, 0, CONTENT));
    fixture.flaky.failWrites("Disk quota exceeded");
    failsForLackOfSpace(() -> finish(task, 0));
    assertThat(task.piece(0)).isEmpty();

    fixture.flaky.heal();
    finish(task, 0);
    readFromSource(task, CONTENT, 1);
    fixture.restart();

    assertThat(read(fixture.found(), 0, 2000)).isEqualTo(CONTENT);
  }

  @Test
  void anotherFaultOfTheDiskIsToldAsSuch() {
    task.learn(facts(2000, 1000), StoredTask.Teller.SOURCE);
    fixture.flaky.failWrites("Input/output error");

    assertThatThrownBy(() -> task.putFromSource(1, block(task, 1, CONTENT)))
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
        .hasMessageContaining("Input/output error")
        .hasMessageContaining(task.id().value());
  }

  private static void failsForLackOfSpace(ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SPACE));
  }
}
