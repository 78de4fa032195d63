package dev.dragonfly.dfdaemon.backtosource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.piece.RunVerifier;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.piece.Interest;
import dev.dragonfly.dfdaemon.source.SourceRequest;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pieces of 1 MiB with four blocks each; segments of one piece, two readers, three attempts. */
@Timeout(30)
class SourceReaderTest {
  private static final TaskId ID = new TaskId("12".repeat(32));
  private static final int PIECE = 1 << 20;
  private static final int BLOCK = 256 << 10;

  @TempDir Path folder;
  private final byte[] content = random(4 * PIECE + 777, 1);
  private final FakeSource source = new FakeSource(content);
  private final RunSigner signer = RunSigner.create();
  private final List<TaskFacts> facts = new CopyOnWriteArrayList<>();

  @Test
  void everythingIsReadOnceInRangesAndEveryBlockIsSigned() throws Exception {
    MemoryTask task = task();
    read(task, Interest.ALL);
    assertWhole(task);
    assertThat(source.bytesSent()).isEqualTo(content.length);
    assertThat(source.requests()).extracting(SourceRequest::range).allMatch(Optional::isPresent);
    assertThat(facts).hasSize(1);
    assertThat(facts.getFirst().contentLength()).isEqualTo(OptionalLong.of(content.length));
    assertSigned(task);
  }

  @Test
  void onlyWhatIsWantedIsRead() {
    MemoryTask task = known();
    read(task, new Interest(Optional.of(new ByteRange(PIECE + 10, 20))));
    assertThat(task.pieces().toBitSet()).hasToString("{1}");
    assertThat(source.bytesSent()).isEqualTo(PIECE);
  }

  @Test
  void aSourceWithoutRangesIsReadInOneStream() throws Exception {
    source.ranges = false;
    MemoryTask task = task();
    read(task, Interest.ALL);
    assertWhole(task);
    assertThat(source.requests()).hasSize(1);
    assertThat(source.bytesSent()).isEqualTo(content.length);
    assertSigned(task);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, BLOCK, BLOCK + 1, PIECE, 2 * PIECE, 2 * PIECE + 5})
  void aSourceWithoutALengthIsReadToItsEnd(int length) throws Exception {
    source.content = random(length, 2);
    source.ranges = false;
    source.tellsLength = false;
    MemoryTask task = task();
    read(task, Interest.ALL);
    assertThat(task.facts().contentLength()).isEqualTo(OptionalLong.of(length));
    assertThat(task.isComplete()).isTrue();
    assertThat(Files.readAllBytes(task.contentFile())).isEqualTo(source.content);
    assertSigned(task);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEmptySourceIsAnEmptyTask(boolean ranges) {
    source.content = new byte[0];
    source.ranges = ranges;
    MemoryTask task = task();
    read(task, Interest.ALL);
    assertThat(task.facts().isEmptyContent()).isTrue();
    assertThat(task.isComplete()).isTrue();
  }

  @Test
  void afterACutItGoesOnWhereItWasCut() throws Exception {
    MemoryTask task = known();
    source.cutNextAfter(2 * BLOCK + 100);
    read(task, Interest.ALL);
    assertWhole(task);
    assertThat(source.bytesSent())
        .as("only the 100 bytes of the block that was cut come twice")
        .isEqualTo(content.length + 100);
    assertSigned(task);
  }

  @Test
  void aCutInTheFirstAnswerDoesNotLoseWhatCame() throws Exception {
    MemoryTask task = task();
    source.cutNextAfter(BLOCK);
    read(task, Interest.ALL);
    assertWhole(task);
    assertThat(source.bytesSent()).isEqualTo(content.length);
  }

  @Test
  void aSourceWithoutRangesIsReadAgainFromTheStartAfterACut() throws Exception {
    source.ranges = false;
    MemoryTask task = task();
    source.cutNextAfter(PIECE + 1);
    read(task, Interest.ALL);
    assertWhole(task);
    assertThat(source.requests()).hasSize(2);
  }

  @Test
  void asLongAsItMakesProgressCutsDoNotCount() throws Exception {
    MemoryTask task = known();
    for (int i = 0; i < 12; i++) {
      source.cutNextAfter(BLOCK);
    }
    read(task, Interest.ALL);
    assertWhole(task);
  }

  @Test
  void threeFailuresInARowWithoutAByteAreTheEnd() {
    source.ranges = false;
    source.failAlways(ErrorCode.UNAVAILABLE, "cannot connect");
    DragonflyException failure = failure(task());
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(source.requests()).hasSize(3);
  }

  @Test
  void whatARetryCannotHealIsNotRetried() {
    source.failAlways(ErrorCode.SOURCE_UNAUTHORIZED, "answered 401");
    assertThat(failure(task()).code()).isEqualTo(ErrorCode.SOURCE_UNAUTHORIZED);
    assertThat(source.requests()).hasSize(1);
  }

  @Test
  void aSourceThatChangesBetweenTwoRangesIsNoticed() {
    MemoryTask task = known();
    source.etag = "\"2\"";
    assertThat(failure(task).code()).isEqualTo(ErrorCode.SOURCE_CHANGED);
  }

  @Test
  void aSourceThatIsLongerNowIsNoticed() {
    MemoryTask task = known();
    source.content = random(content.length + 1, 1);
    assertThat(failure(task).code()).isEqualTo(ErrorCode.SOURCE_CHANGED);
  }

  @Test
  void theRightDigestLetsTheLastPieceBeSigned() throws Exception {
    MemoryTask task = blob(sha256(content));
    read(task, Interest.ALL);
    assertWhole(task);
    assertThat(task.facts().version()).contains(SourceVersion.NONE);
    assertSigned(task);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWrongDigestLeavesTheLastPieceUnsigned(boolean ranges) {
    source.ranges = ranges;
    source.tellsLength = ranges;
    MemoryTask task = blob(sha256(new byte[1]));
    reader(task, Interest.ALL, 1).read(facts::add);
    assertThat(task.isComplete()).isTrue();
    assertThat(signedPieces(task)).as("of five pieces").isEqualTo(4);
  }

  @Test
  void aRangeThatFailsDoesNotSpoilTheNextRead() throws Exception {
    MemoryTask task = known();
    source.failNext(ErrorCode.SOURCE_NOT_FOUND, "answered 404");
    SourceReader reader = reader(task, Interest.ALL);
    assertThat(catchThrowableOfType(DragonflyException.class, () -> reader.read(facts::add)))
        .isNotNull();
    reader.read(facts::add);
    assertWhole(task);
  }

  @Test
  void nothingIsToldBeforeTheSourceHasAnswered() {
    source.failAlways(ErrorCode.SOURCE_NOT_FOUND, "answered 404");
    assertThat(failure(known()).code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
    assertThat(facts).isEmpty();
  }

  @Test
  void twoReadersShareOneBuffer() throws Exception {
    MemoryTask task = task();
    BlockBuffers one = new BlockBuffers(1, 1 << 20);
    SourceReading reading = source.reading(signer, new ManualTime(), one);
    reader(task, Interest.ALL, reading).read(facts::add);
    assertWhole(task);
    assertThat(one.available()).isEqualTo(1);
  }

  @Test
  void aReaderThatWasStoppedBeginsNothingMore() {
    MemoryTask task = known();
    SourceReader reader = reader(task, Interest.ALL);
    reader.stop();
    reader.read(facts::add);
    assertThat(source.bytesSent()).isZero();
  }

  private MemoryTask task() {
    return task("http://origin.test/file", false);
  }

  /** A task that is named by a digest, right or wrong. */
  private MemoryTask blob(Digest digest) {
    return task("http://origin.test/v2/a/blobs/" + digest, true);
  }

  private MemoryTask task(String url, boolean idFromBlobDigest) {
    TaskSpec spec =
        new TaskSpec(
            TaskKind.STANDARD,
            url,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Map.of(),
            OptionalLong.of(PIECE),
            Optional.empty(),
            idFromBlobDigest);
    return new MemoryTask(ID, spec, folder);
  }

  /** A task whose length is known, so that its segments are read at once. */
  private MemoryTask known() {
    return MemoryTask.ofLength(ID, PIECE, content.length, folder);
  }

  private void read(MemoryTask task, Interest interest) {
    reader(task, interest).read(facts::add);
  }

  private SourceReader reader(MemoryTask task, Interest interest) {
    return reader(task, interest, source.reading(signer, new ManualTime()));
  }

  private SourceReader reader(MemoryTask task, Interest interest, int ranges) {
    SourceReading usual = source.reading(signer, new ManualTime());
    SourceSettings settings =
        new SourceSettings(ranges, DataSize.parse("1MiB"), 3, Duration.ofMillis(1));
    return reader(
        task,
        interest,
        new SourceReading(
            usual.client(),
            usual.signer(),
            usual.buffers(),
            usual.time(),
            usual.timers(),
            usual.random(),
            settings));
  }

  private SourceReader reader(MemoryTask task, Interest interest, SourceReading reading) {
    Claims claims = new Claims(task, () -> interest);
    SourceFacts facts = new SourceFacts(task, "me", reading, SourceCallers.only(task.spec()));
    return new SourceReader(task, facts, claims, reading, new Deaf());
  }

  private static int signedPieces(MemoryTask task) {
    int count = 0;
    for (int piece = 0; piece < task.layout().orElseThrow().pieceCount(); piece++) {
      count += task.runsOf(piece).isEmpty() ? 0 : 1;
    }
    return count;
  }

  private DragonflyException failure(MemoryTask task) {
    return catchThrowableOfType(DragonflyException.class, () -> read(task, Interest.ALL));
  }

  private void assertWhole(MemoryTask task) throws Exception {
    assertThat(task.isComplete()).isTrue();
    assertThat(Files.readAllBytes(task.contentFile())).isEqualTo(content);
  }

  /** Every piece has runs, signed by this host for this task. */
  private void assertSigned(MemoryTask task) {
    ReaderKey me = ReaderKey.of("me", signer.publicKey());
    assertThat(task.facts().readerKeys()).containsExactly(me.asTrusted());
    for (int piece = 0; piece < task.layout().orElseThrow().pieceCount(); piece++) {
      assertThat(task.coversPiece(piece)).as("piece " + piece).isTrue();
      for (SignedRun run : task.runsOf(piece)) {
        assertThat(new RunVerifier(List.of(me)).verify(ID, run))
            .isInstanceOf(RunVerifier.Valid.class);
      }
    }
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Digest sha256(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Digest.parse("sha256:" + HexFormat.of().formatHex(digest));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Deaf implements DownloadListener {
    @Override
    public void received(From from, long bytes) {}

    @Override
    public void pieceFinished(Piece piece) {}

    @Override
    public void pieceFailed(OptionalInt piece, PeerId parent, PieceFailure failure) {}
  }
}
