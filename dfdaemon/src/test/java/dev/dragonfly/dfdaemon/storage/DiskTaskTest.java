package dev.dragonfly.dfdaemon.storage;

import static dev.dragonfly.dfdaemon.storage.StoreFixture.block;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.bytes;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.facts;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.finish;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.read;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.readFromSource;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.BlockDigests;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.RunVerifier;
import dev.dragonfly.common.task.TaskFacts;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTaskTest {
  private static final int BLOCK = 256 << 10;
  private static final long PIECE = 2L * BLOCK;
  private static final int LENGTH = 5 * BLOCK + 1000;
  private static final byte[] CONTENT = bytes(LENGTH, 1);
  private static final byte[] OTHER = bytes(LENGTH, 2);

  @TempDir Path dir;
  private StoreFixture fixture;
  private StoredTask task;

  @BeforeEach
  void open() {
    fixture = new StoreFixture(dir);
    task = fixture.task();
    task.learn(facts(LENGTH, PIECE), StoredTask.Teller.SOURCE);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aBlockThatMatchesItsDigestCanBeRead() {
    task.addRun(run(task, 0, 2, CONTENT));
    task.putVerified(1, block(task, 1, CONTENT));

    assertThat(task.hasBlock(1)).isTrue();
    assertThat(read(task, BLOCK + 5, BLOCK)).isEqualTo(part(CONTENT, BLOCK + 5, BLOCK - 5));
    assertThat(read(task, 0, 10)).isEmpty();
  }

  @Test
  void aBlockThatDoesNotMatchLeavesNoTrace() {
    task.addRun(run(task, 0, 2, CONTENT));

    fails(ErrorCode.DIGEST_MISMATCH, () -> task.putVerified(0, block(task, 0, OTHER)), "block 0");

    assertThat(task.hasBlock(0)).isFalse();
    task.putVerified(0, block(task, 0, CONTENT));
    assertThat(read(task, 0, BLOCK)).isEqualTo(part(CONTENT, 0, BLOCK));
  }

  @Test
  void aBlockWithoutADigestIsNotTakenForVerified() {
    fails(ErrorCode.DIGEST_MISMATCH, () -> task.putVerified(0, block(task, 0, CONTENT)), "block 0");
  }

  @Test
  void aBlockFromTheSourceTellsItsDigest() {
    assertThat(task.putFromSource(2, block(task, 2, CONTENT)))
        .isEqualTo(BlockDigests.of(block(task, 2, CONTENT).buffer()));
    assertThat(task.hasBlock(2)).isTrue();
  }

  @Test
  void theSameBlockTwiceIsHarmless() {
    task.putFromSource(2, block(task, 2, CONTENT));
    task.putFromSource(2, block(task, 2, CONTENT));
    task.putUnsigned(2, block(task, 2, OTHER));

    assertThat(read(task, 2L * BLOCK, BLOCK)).isEqualTo(part(CONTENT, 2 * BLOCK, BLOCK));
  }

  @Test
  void aSourceThatChangedIsNoticedBlockByBlock() {
    task.addRun(run(task, 0, 2, CONTENT));
    task.putFromSource(2, block(task, 2, CONTENT));

    fails(ErrorCode.SOURCE_CHANGED, () -> task.putFromSource(0, block(task, 0, OTHER)), "block 0");
    fails(ErrorCode.SOURCE_CHANGED, () -> task.putFromSource(2, block(task, 2, OTHER)), "block 2");
    assertThat(task.hasBlock(0)).isFalse();
    assertThat(read(task, 2L * BLOCK, BLOCK)).isEqualTo(part(CONTENT, 2 * BLOCK, BLOCK));
  }

  @Test
  void anUnsignedPieceCountsAfterItsOwnDigestMatched() {
    putUnsigned(0, CONTENT);
    assertThat(task.hasBlock(0)).isFalse();
    assertThat(read(task, 0, 10)).isEmpty();

    Piece piece = finishUnsigned(0, Digest.ofCrc32(crc32(CONTENT, 0, (int) PIECE)));

    assertThat(piece.length()).isEqualTo(PIECE);
    assertThat(task.pieces()).isEqualTo(PieceBitmap.EMPTY.with(0));
    assertThat(read(task, 0, (int) PIECE)).isEqualTo(part(CONTENT, 0, (int) PIECE));
  }

  @Test
  void anUnsignedPieceThatDoesNotMatchIsDroppedAndCanBePutAgain() {
    Digest right = Digest.ofCrc32(crc32(CONTENT, 0, (int) PIECE));
    task.putUnsigned(0, block(task, 0, CONTENT));
    task.putUnsigned(1, block(task, 1, OTHER));
    fails(ErrorCode.DIGEST_MISMATCH, () -> finishUnsigned(0, right), right.toString());
    fails(ErrorCode.FAILED_PRECONDITION, () -> finishUnsigned(0, right), "lacks blocks");

    putUnsigned(0, CONTENT);
    finishUnsigned(0, right);

    assertThat(read(task, 0, (int) PIECE)).isEqualTo(part(CONTENT, 0, (int) PIECE));
  }

  @Test
  void aPieceDigestOfAnotherKindIsCheckedToo() throws Exception {
    putUnsigned(0, CONTENT);
    Digest wrong = sha256(OTHER, 0, (int) PIECE);

    fails(ErrorCode.DIGEST_MISMATCH, () -> finishUnsigned(0, wrong), wrong.toString());
  }

  @Test
  void aPieceThatLacksABlockIsNotFinished() {
    task.putFromSource(0, block(task, 0, CONTENT));
    fails(ErrorCode.FAILED_PRECONDITION, () -> finish(task, 0), "piece 0");
  }

  @Test
  void everyPieceIsToldOnce() {
    List<Integer> told = new ArrayList<>();
    StoredTask.Subscription subscription = task.listen(listener(told));
    readFromSource(task, CONTENT, 1, 0);
    Piece again = finish(task, 1);
    subscription.close();
    readFromSource(task, CONTENT, 2);

    assertThat(told).containsExactly(1, 0);
    assertThat(task.piece(1)).contains(again);
    assertThat(task.isComplete()).isTrue();
  }

  @Test
  void theRecordOfAPieceTellsWhatIsKnownOfIt() {
    task.putFromSource(4, block(task, 4, CONTENT));
    task.putFromSource(5, block(task, 5, CONTENT));
    Piece piece =
        task.finishPiece(
            2, Optional.empty(), Piece.Traffic.REMOTE_PEER, Optional.of("peer-9"), 1_000);

    assertThat(piece.offset()).isEqualTo(2 * PIECE);
    assertThat(piece.length()).isEqualTo(LENGTH - 2 * PIECE);
    assertThat(piece.parentId()).contains("peer-9");
    assertThat(piece.cost().toNanos()).isEqualTo(1_000);
    assertThat(piece.createdAt()).isEqualTo(fixture.time.now());
    assertThat(piece.digest())
        .contains(Digest.ofCrc32(crc32(CONTENT, (int) (2 * PIECE), (int) piece.length())));
  }

  @Test
  void readsEndAtTheEndOfTheContent() {
    readFromSource(task, CONTENT, 0, 1, 2);

    assertThat(read(task, 0, LENGTH + 100)).isEqualTo(CONTENT);
    assertThat(task.read(LENGTH, ByteBuffer.allocate(10))).isZero();
    assertThat(task.read(LENGTH + 7L, ByteBuffer.allocate(10))).isZero();
  }

  @Test
  void aBlockOfTheWrongLengthIsRefused() {
    ByteBuffer half = ByteBuffer.allocate(BLOCK / 2);
    fails(
        ErrorCode.INVALID_ARGUMENT,
        () -> task.putFromSource(0, BlockLease.unpooled(half)),
        "expected " + BLOCK);
  }

  @Test
  void aKnownLengthIsNotContradicted() {
    assertThat(task.learn(facts(LENGTH + 1, PIECE), StoredTask.Teller.SOURCE))
        .isEqualTo(StoredTask.Learnt.CONTRADICTED);
    assertThat(task.learn(facts(LENGTH, PIECE * 2), StoredTask.Teller.SOURCE))
        .isEqualTo(StoredTask.Learnt.CONTRADICTED);
    assertThat(task.facts()).isEqualTo(facts(LENGTH, PIECE));
  }

  @Test
  void factsAreToldWhenTheyChange() {
    List<Integer> told = new ArrayList<>();
    task.listen(listener(told));
    task.learn(facts(LENGTH, PIECE), StoredTask.Teller.SOURCE);
    Digest digest = new Digest(Digest.Algorithm.SHA256, "0".repeat(64));
    task.learn(facts(OptionalLong.empty(), PIECE, Optional.of(digest)), StoredTask.Teller.SOURCE);

    assertThat(told).containsExactly(-1);
    assertThat(task.facts().digest()).contains(digest);
  }

  @Test
  void runsArePassedOnForThePiecesTheyCover() {
    task.addRun(run(task, 0, 3, CONTENT));
    task.addRun(run(task, 3, 4, CONTENT));

    assertThat(task.runsOf(0)).hasSize(1);
    assertThat(task.runsOf(1)).hasSize(2);
    assertThat(task.runsOf(2)).isEmpty();
    assertThat(task.coversPiece(1)).isTrue();
    assertThat(task.coversPiece(2)).isFalse();
  }

  @Test
  void afterARestartRunsAreStillWhatTheirSignatureSays() {
    task.addRun(run(task, 0, 4, CONTENT));
    fixture.restart();

    ReaderKey reader = new ReaderKey("seed", StoreFixture.SIGNER.publicKeyHex());
    assertThat(fixture.found().runs())
        .hasSize(1)
        .allSatisfy(run ->
            assertThat(new RunVerifier(List.of(reader)).verify(task.id(), run))
                .isEqualTo(new RunVerifier.Valid()));
  }

  @Test
  void aShorterRunDoesNotReplaceALongerOne() {
    task.addRun(run(task, 0, 4, CONTENT));
    task.addRun(run(task, 0, 1, CONTENT));

    assertThat(task.runsOf(1)).hasSize(1);
  }

  @Test
  void aRunIsComparedWithBytesThatCameUnsignedBeforeItAndRefusedWithoutBlame() {
    putUnsigned(0, OTHER);
    finishUnsigned(0, Digest.ofCrc32(crc32(OTHER, 0, (int) PIECE)));

    assertThat(task.addRun(run(task, 1, 3, CONTENT)))
        .isEqualTo(StoredTask.RunOutcome.OTHER_VERSION);
    assertThat(task.runsOf(0)).isEmpty();
    assertThat(task.addRun(run(task, 0, 2, OTHER))).isEqualTo(StoredTask.RunOutcome.NEW);
    fixture.restart();
    assertThat(read(fixture.found(), 0, (int) PIECE)).isEqualTo(part(OTHER, 0, (int) PIECE));
  }

  @Test
  void anUnsignedPieceIsComparedWithRunsThatCameWhileItWasFetched() {
    putUnsigned(0, OTHER);
    task.addRun(run(task, 1, 2, CONTENT));

    Digest own = Digest.ofCrc32(crc32(OTHER, 0, (int) PIECE));
    fails(ErrorCode.DIGEST_MISMATCH, () -> finishUnsigned(0, own), "block 1");

    putUnsigned(0, CONTENT);
    finishUnsigned(0, Digest.ofCrc32(crc32(CONTENT, 0, (int) PIECE)));
    assertThat(read(task, 0, (int) PIECE)).isEqualTo(part(CONTENT, 0, (int) PIECE));
  }

  @Test
  void theDigestOfTheWholeIsTheSameHoweverItWasComputed() throws Exception {
    Digest expected = sha256(CONTENT, 0, LENGTH);
    task.learn(facts(OptionalLong.empty(), PIECE, Optional.of(expected)), StoredTask.Teller.SOURCE);
    readFromSource(task, CONTENT, 0, 2, 1);

    assertThat(task.digest(Digest.Algorithm.SHA256)).isEqualTo(expected);
    assertThat(task.digest(Digest.Algorithm.SHA256)).isEqualTo(expected);
    assertThat(task.digest(Digest.Algorithm.CRC32))
        .isEqualTo(Digest.ofCrc32(crc32(CONTENT, 0, LENGTH)));
    fixture.restart();
    assertThat(fixture.found().digest(Digest.Algorithm.SHA256)).isEqualTo(expected);
    fails(
        ErrorCode.INVALID_ARGUMENT,
        () -> fixture.found().digest(Digest.Algorithm.BLAKE3),
        "sha256");
  }

  @Test
  void credentialsAreNotKept() throws Exception {
    assertThat(task.spec().requestHeader()).isEmpty();
    assertThat(Files.readString(fixture.journal(), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("secret");
  }

  private void putUnsigned(int piece, byte[] content) {
    PieceLayout cut = task.layout().orElseThrow();
    for (long block = cut.firstBlock(piece); block < cut.endBlock(piece); block++) {
      task.putUnsigned(block, block(task, block, content));
    }
  }

  private Piece finishUnsigned(int piece, Digest expected) {
    return task.finishPiece(
        piece, Optional.of(expected), Piece.Traffic.REMOTE_PEER, Optional.of("p"), 1);
  }

  private static StoredTask.Listener listener(List<Integer> told) {
    return new StoredTask.Listener() {
      @Override
      public void pieceFinished(Piece piece) {
        told.add(piece.number());
      }

      @Override
      public void factsChanged(TaskFacts facts) {
        told.add(-1);
      }
    };
  }

  private static byte[] part(byte[] content, int from, int length) {
    return java.util.Arrays.copyOfRange(content, from, from + length);
  }

  private static long crc32(byte[] content, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(content, from, length);
    return crc.getValue();
  }

  private static Digest sha256(byte[] content, int from, int length) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(part(content, from, length));
    return new Digest(Digest.Algorithm.SHA256, HexFormat.of().formatHex(digest));
  }

  private static void fails(ErrorCode code, ThrowingCallable action, String saying) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(DragonflyException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(saying);
  }
}
