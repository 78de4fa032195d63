package dev.dragonfly.dfdaemon.storage;

import static dev.dragonfly.dfdaemon.storage.StoreFixture.ID;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.SPEC;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.bytes;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.facts;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.read;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.readFromSource;
import static dev.dragonfly.dfdaemon.storage.TaskStoreContract.complete;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.task.TaskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How tasks begin, take the place of each other, and leave nothing behind. */
class TaskLifeTest {
  private static final byte[] CONTENT = bytes(2000, 1);
  private static final byte[] BETTER = bytes(2000, 2);
  private static final int FAILED = Integer.getInteger("failed", 10_000);

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
  void tasksThatFailedBeforeTheyBeganLeaveNothing() throws IOException {
    long before = files();
    for (int i = 0; i < FAILED; i++) {
      TaskId id = new TaskId("%064x".formatted(i));
      fixture.store().open(id, SPEC);
      fixture.store().forgetIfEmpty(id);
    }

    assertThat(fixture.store().all()).isEmpty();
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void aPrivateTaskThatWasAdoptedIsTheOneAfterARestart() {
    complete(fixture.task(), CONTENT);
    StoredTask fresh = complete(fixture.store().openPrivate(ID, SPEC), BETTER);
    fixture.store().adopt(fresh);

    assertThat(fresh.contentFile()).isEqualTo(fixture.content());
    fixture.restart();
    assertThat(read(fixture.found(), 0, 2000)).isEqualTo(BETTER);
  }

  @Test
  void aPrivateTaskIsGoneWhenDiscardedAndAfterARestart() throws IOException {
    long before = files();
    StoredTask discarded = complete(fixture.store().openPrivate(ID, SPEC), CONTENT);
    fixture.store().discard(discarded);
    fixture.settle();
    assertThat(files()).isEqualTo(before);

    complete(fixture.store().openPrivate(ID, SPEC), CONTENT);
    fixture.restart();
    assertThat(fixture.store().all()).isEmpty();
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void nobodyElseMayLookAtContentAndRecords() throws IOException {
    Files.setPosixFilePermissions(
        fixture.paths().contents(), PosixFilePermissions.fromString("rwxr-xr-x"));
    fixture.restart();
    complete(fixture.task(), CONTENT);
    fixture.settle();

    assertThat(rights(fixture.paths().contents())).isEqualTo("rwx------");
    assertThat(rights(fixture.journal())).isEqualTo("rw-------");
    assertThat(rights(fixture.content())).as("complete content").isEqualTo("r--------");
  }

  @Test
  void contentWithoutARecordIsRemovedAndWhatIsNotOursIsLeft() throws IOException {
    complete(fixture.task(), CONTENT);
    fixture.kill();
    Files.delete(fixture.journal());
    Path strange = Files.createFile(fixture.content().resolveSibling("notes.txt"));

    fixture.restart();

    assertThat(fixture.content()).doesNotExist();
    assertThat(strange).exists();
  }

  @Test
  void aRecordOfANewerVersionIsSkippedAndNotATornTail() throws IOException {
    StoredTask task = fixture.task();
    task.learn(facts(2000, 1000), StoredTask.Teller.SOURCE);
    readFromSource(task, CONTENT, 0);
    fixture.kill();
    byte[] unknown = {(byte) 0xFA, 0x01, 0x01, 0x07}; // field 31 with one byte
    CRC32C crc = new CRC32C();
    crc.update(unknown);
    ByteBuffer record = ByteBuffer.allocate(8 + unknown.length);
    record.putInt(unknown.length).putInt((int) crc.getValue()).put(unknown);
    Files.write(fixture.journal(), record.array(), StandardOpenOption.APPEND);
    fixture.restart();
    readFromSource(fixture.found(), CONTENT, 1);
    fixture.restart();

    assertThat(read(fixture.found(), 0, 2000)).isEqualTo(CONTENT);
  }

  @Test
  void manyTasksInDoubtDoNotKeepTheStoreFromOpening() {
    for (int i = 0; i < 300; i++) {
      StoredTask task = fixture.store().open(new TaskId("%064x".formatted(i)), SPEC);
      task.learn(facts(4000, 1000), StoredTask.Teller.SOURCE);
      readFromSource(task, bytes(4000, 3), 0, 1);
    }

    fixture.reboot();

    assertThat(fixture.store().all())
        .hasSize(300)
        .allSatisfy(task -> assertThat(task.pieces().count()).isEqualTo(2));
  }

  @Test
  void theDigestOfTheWholeIsComputedBehindTheDownloadAndOnce() throws IOException {
    StoredTask task = fixture.task();
    task.learn(facts(2000, 1000), StoredTask.Teller.SOURCE);
    task.expectDigest(Digest.Algorithm.SHA256);
    assertThat(task.knownDigest(Digest.Algorithm.SHA256)).isEmpty();
    readFromSource(task, CONTENT, 0, 1);
    Digest whole = task.digest(Digest.Algorithm.SHA256);
    fixture.kill();
    byte[] spoilt = Files.readAllBytes(fixture.content());
    spoilt[0]++;
    fixture.restart();
    Files.write(fixture.content(), spoilt); // not read again, or it would be another digest

    assertThat(fixture.found().knownDigest(Digest.Algorithm.SHA256)).contains(whole);
    assertThat(fixture.found().digest(Digest.Algorithm.SHA256)).isEqualTo(whole);
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(dir)) {
      List<Path> found = all.filter(Files::isRegularFile).toList();
      return found.size();
    }
  }

  private static String rights(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
