package dev.dragonfly.dfdaemon.storage;

import static dev.dragonfly.dfdaemon.storage.StoreFixture.bytes;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.facts;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.readFromSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputWriterTest {
  private static final byte[] CONTENT = bytes(2500, 10);

  @TempDir Path dir;
  @TempDir Path out;
  private StoreFixture fixture;
  private OutputWriter writer;
  private StoredTask task;
  private Path target;

  @BeforeEach
  void open() {
    fixture = new StoreFixture(dir);
    writer = new OutputWriter(fixture.disk);
    task = fixture.task();
    task.learn(facts(CONTENT.length, 1000), StoredTask.Teller.SOURCE);
    readFromSource(task, CONTENT, 0, 1, 2);
    target = out.resolve("file.bin");
  }

  @AfterEach
  void nothingHalfWrittenIsLeft() throws Exception {
    fixture.close();
    try (var files = Files.list(out)) {
      assertThat(files.filter(file -> file.getFileName().toString().endsWith(".part"))).isEmpty();
    }
  }

  @Test
  void theWholeIsCopiedSoThatAChangeToItDoesNotReachTheCache() throws Exception {
    writer.write(task, Optional.empty(), target, false, false);
    assertThat(target).hasBinaryContent(CONTENT);

    Files.write(target, new byte[10]);

    assertThat(task.contentFile()).hasBinaryContent(CONTENT);
  }

  @Test
  void aRangeIsCutOut() {
    writer.write(task, Optional.of(new ByteRange(999, 502)), target, false, false);
    assertThat(target).hasBinaryContent(Arrays.copyOfRange(CONTENT, 999, 1501));
  }

  @Test
  void aRangeEndsWithTheContent() {
    writer.write(task, Optional.of(new ByteRange(2400, 1000)), target, false, true);
    assertThat(target).hasBinaryContent(Arrays.copyOfRange(CONTENT, 2400, 2500));
  }

  @Test
  void aHardLinkSharesTheFileWithTheCache() throws Exception {
    writer.write(task, Optional.empty(), target, false, true);

    assertThat(Files.getAttribute(target, "unix:ino"))
        .isEqualTo(Files.getAttribute(task.contentFile(), "unix:ino"));
  }

  @Test
  void aHardLinkReplacesAnEarlierOneOfTheSameFile() {
    writer.write(task, Optional.empty(), target, false, true);
    writer.write(task, Optional.empty(), target, true, true);

    assertThat(target).hasBinaryContent(CONTENT);
  }

  @Test
  void anEmptyContentIsAnEmptyFile() {
    StoredTask empty =
        fixture
            .store()
            .open(new dev.dragonfly.common.task.TaskId("0".repeat(64)), StoreFixture.SPEC);
    empty.learn(facts(0, 1000), StoredTask.Teller.SOURCE);

    writer.write(empty, Optional.empty(), target, false, false);

    assertThat(target).isEmptyFile();
  }

  @Test
  void anExistingFileIsLeftAsItIsUnlessItMayBeReplaced() throws Exception {
    Files.writeString(target, "mine");

    fails(ErrorCode.ALREADY_EXISTS, () -> writer.checkWritable(target, false), "--overwrite");
    fails(
        ErrorCode.ALREADY_EXISTS,
        () -> writer.write(task, Optional.empty(), target, false, false),
        target.toString());
    assertThat(target).hasContent("mine");

    writer.write(task, Optional.empty(), target, true, false);
    assertThat(target).hasBinaryContent(CONTENT);
  }

  @Test
  void anOutputThatCannotBeWrittenIsToldBeforeTheDownload() {
    fails(ErrorCode.INVALID_ARGUMENT, () -> writer.checkWritable(out, true), "folder");
    fails(
        ErrorCode.INVALID_ARGUMENT,
        () -> writer.checkWritable(out.resolve("missing/file"), true),
        "missing");
    fails(
        ErrorCode.INVALID_ARGUMENT, () -> writer.checkWritable(Path.of("file"), true), "absolute");
    // Nobody, not even root, makes files there.
    fails(
        ErrorCode.PERMISSION_DENIED,
        () -> writer.checkWritable(Path.of("/proc/self/file"), true),
        "/proc/self");
  }

  @Test
  void aFailureLeavesTheOldFileAlone() throws Exception {
    Files.writeString(target, "mine");
    Files.write(task.contentFile(), new byte[100]);

    fails(
        ErrorCode.INTERNAL,
        () -> writer.write(task, Optional.empty(), target, true, false),
        "ends at 100");

    assertThat(target).hasContent("mine");
  }

  @Test
  void aLongNameIsNoProblem() {
    Path longest = out.resolve("n".repeat(255));
    writer.write(task, Optional.empty(), longest, false, false);
    assertThat(longest).hasBinaryContent(CONTENT);
  }

  private static void fails(ErrorCode code, ThrowingCallable action, String saying) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(DragonflyException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(saying);
  }
}
