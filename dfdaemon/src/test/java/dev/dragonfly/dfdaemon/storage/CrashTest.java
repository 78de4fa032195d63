package dev.dragonfly.dfdaemon.storage;

import static dev.dragonfly.dfdaemon.storage.StoreFixture.block;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.bytes;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.facts;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.read;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.readFromSource;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Killed processes and machines that lost power: nothing wrong is served, little is forgotten. */
class CrashTest {
  private static final int PIECE = 100;
  private static final int LENGTH = 350;
  private static final byte[] CONTENT = bytes(LENGTH, 4);
  private static final int BIG_BLOCK = 256 << 10;
  private static final byte[] BIG = bytes(4 * BIG_BLOCK, 5);

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
  void aKilledDaemonFindsEverythingAgain() {
    StoredTask task = small();
    readFromSource(task, CONTENT, 0, 1, 2, 3);
    Piece before = task.piece(2).orElseThrow();

    fixture.restart();

    StoredTask found = fixture.found();
    assertThat(found.isComplete()).isTrue();
    assertThat(found.facts()).isEqualTo(task.facts());
    assertThat(found.spec()).isEqualTo(task.spec());
    assertThat(found.piece(2)).contains(before);
    assertThat(found.runsOf(3)).hasSize(1);
    assertThat(read(found, 0, LENGTH)).isEqualTo(CONTENT);
  }

  @Test
  void aJournalCutAtAnyByteNeverServesAWrongOne() throws IOException {
    readFromSource(small(), CONTENT, 0, 1, 2, 3);
    fixture.kill();
    byte[] journal = Files.readAllBytes(fixture.journal());
    byte[] content = Files.readAllBytes(fixture.content());
    int pieces = 0;
    for (int cut = 0; cut <= journal.length; cut++) {
      put(Arrays.copyOf(journal, cut), content);
      fixture.restart();
      int now = checkedPieces(CONTENT);
      assertThat(now).as("pieces after a cut at %d", cut).isGreaterThanOrEqualTo(pieces);
      pieces = now;
    }
    assertThat(pieces).isEqualTo(4);
  }

  @Test
  void aJournalCutAtAnyByteGoesOnWhereItWasCut() throws IOException {
    readFromSource(small(), CONTENT, 0, 2);
    fixture.kill();
    byte[] journal = Files.readAllBytes(fixture.journal());
    byte[] content = Files.readAllBytes(fixture.content());
    for (int cut = 0; cut <= journal.length; cut += 7) {
      put(Arrays.copyOf(journal, cut), content);
      fixture.restart();
      StoredTask task = small();
      readFromSource(task, CONTENT, 0, 1, 2, 3);
      fixture.restart();
      assertThat(fixture.found().isComplete()).as("after a cut at %d", cut).isTrue();
      assertThat(read(fixture.found(), 0, LENGTH)).isEqualTo(CONTENT);
      fixture.kill();
    }
  }

  @Test
  void aJournalWithAnyByteFlippedNeverServesAWrongOne() throws IOException {
    readFromSource(small(), CONTENT, 0, 1, 2, 3);
    fixture.kill();
    byte[] journal = Files.readAllBytes(fixture.journal());
    byte[] content = Files.readAllBytes(fixture.content());
    for (int at = 0; at < journal.length; at++) {
      byte[] damaged = journal.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      put(damaged, content);
      fixture.restart();
      checkedPieces(CONTENT);
    }
  }

  @Test
  void afterAPowerLossOnlyPiecesThatStillMatchAreKept() throws IOException {
    readFromSource(small(), CONTENT, 0, 1, 2);
    overwrite(PIECE + 50, new byte[] {(byte) ~CONTENT[PIECE + 50]});

    fixture.reboot();

    assertThat(fixture.found().pieces()).isEqualTo(PieceBitmap.EMPTY.with(0).with(2));
    assertThat(read(fixture.found(), 0, LENGTH)).isEqualTo(Arrays.copyOf(CONTENT, PIECE));
  }

  @Test
  void afterAPowerLossPiecesWithoutSignaturesAreCheckedByTheirOwnDigest() throws IOException {
    StoredTask task = small();
    for (int piece = 0; piece < 3; piece++) {
      task.putUnsigned(piece, block(task, piece, CONTENT));
      CRC32 crc = new CRC32();
      crc.update(CONTENT, piece * PIECE, PIECE);
      task.finishPiece(
          piece,
          Optional.of(Digest.ofCrc32(crc.getValue())),
          Piece.Traffic.REMOTE_PEER,
          Optional.of("p"),
          1);
    }
    overwrite(2 * PIECE, new byte[PIECE]);

    fixture.reboot();

    assertThat(fixture.found().pieces()).isEqualTo(PieceBitmap.full(2));
    assertThat(read(fixture.found(), 0, LENGTH)).isEqualTo(Arrays.copyOf(CONTENT, 2 * PIECE));
  }

  @Test
  void afterAPowerLossAContentFileThatIsTooShortIsCheckedPieceByPiece() throws IOException {
    readFromSource(small(), CONTENT, 0, 1, 2, 3);
    fixture.kill();
    try (RandomAccessFile file = new RandomAccessFile(fixture.content().toFile(), "rw")) {
      file.setLength(250);
    }

    fixture.restart();

    assertThat(fixture.found().pieces()).isEqualTo(PieceBitmap.full(2));
    readFromSource(fixture.found(), CONTENT, 2, 3);
    assertThat(read(fixture.found(), 0, LENGTH)).isEqualTo(CONTENT);
  }

  @Test
  void twoPowerLossesInARowCheckWhatWasNotForcedTwice() throws IOException {
    readFromSource(small(), CONTENT, 0, 1);
    fixture.reboot();
    readFromSource(fixture.found(), CONTENT, 2);
    overwrite(0, new byte[PIECE]);

    fixture.reboot();

    assertThat(fixture.found().pieces()).isEqualTo(PieceBitmap.EMPTY.with(1).with(2));
  }

  @Test
  void aCompleteTaskIsForcedContentFirst() {
    readFromSource(small(), CONTENT, 0, 1, 2, 3);
    fixture.disk.close(); // waits for what was begun

    assertThat(fixture.flaky.forced).containsExactly(fixture.content(), fixture.journal());
  }

  @Test
  void blocksOfUnfinishedPiecesAreFoundAgainByTheirSignedDigests() throws IOException {
    StoredTask task = fixture.task();
    task.learn(facts(BIG.length, 4L * BIG_BLOCK), StoredTask.Teller.SOURCE);
    task.addRun(run(task, 0, 3, BIG));
    for (long block = 0; block < 4; block++) {
      task.putFromSource(block, block(task, block, BIG)); // the last one is not covered by a run
    }
    overwrite(BIG_BLOCK, new byte[] {(byte) ~BIG[BIG_BLOCK]});

    fixture.restart();

    StoredTask found = fixture.found();
    assertThat(found.hasBlock(0)).isTrue();
    assertThat(found.hasBlock(1)).isFalse();
    assertThat(found.hasBlock(2)).isTrue();
    assertThat(found.hasBlock(3)).isFalse();
    assertThat(read(found, 0, BIG.length)).isEqualTo(Arrays.copyOf(BIG, BIG_BLOCK));
  }

  @Test
  void aTaskWithoutItsContentIsForgotten() throws IOException {
    readFromSource(small(), CONTENT, 0, 1, 2, 3);
    fixture.kill();
    Files.delete(fixture.content());

    fixture.restart();

    assertThat(fixture.store().all()).isEmpty();
    assertThat(small().pieces()).isEqualTo(PieceBitmap.EMPTY);
  }

  private StoredTask small() {
    StoredTask task = fixture.task();
    task.learn(facts(LENGTH, PIECE), StoredTask.Teller.SOURCE);
    return task;
  }

  private void put(byte[] journal, byte[] content) throws IOException {
    fixture.kill();
    Files.write(fixture.journal(), journal);
    Files.write(fixture.content(), content);
  }

  private void overwrite(long offset, byte[] bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(fixture.content().toFile(), "rw")) {
      file.seek(offset);
      file.write(bytes);
    }
  }

  /** How many pieces are there; whatever can be read must be right. */
  private int checkedPieces(byte[] content) {
    Optional<StoredTask> task = fixture.store().find(StoreFixture.ID);
    if (task.isEmpty() || task.get().layout().isEmpty()) {
      return 0;
    }
    for (int offset = 0; offset < content.length; offset += PIECE) {
      byte[] read = read(task.get(), offset, PIECE);
      assertThat(read).isEqualTo(Arrays.copyOfRange(content, offset, offset + read.length));
    }
    return task.get().pieces().count();
  }
}
