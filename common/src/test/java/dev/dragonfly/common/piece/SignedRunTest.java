package dev.dragonfly.common.piece;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskId;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SignedRunTest {
  private static final TaskId TASK = new TaskId("ab".repeat(32));
  private static final int BLOCK = 1 << 18;
  private static final long FIRST = 48;

  private final RunSigner signer = RunSigner.create();
  private final byte[] digests = digests(3);
  private final SignedRun run =
      signer.sign(
          TASK,
          SourceVersion.NONE,
          SourceOrigin.NONE,
          BLOCK,
          FIRST,
          digests,
          OptionalLong.of(1000));
  private final RunVerifier verifier =
      new RunVerifier(List.of(ReaderKey.of("host", signer.publicKey())));

  @Test
  void whatASourceReaderSignedIsValid() {
    assertThat(verifier.verify(TASK, run)).isEqualTo(new RunVerifier.Valid());
    assertThat(run.blockCount()).isEqualTo(3);
    assertThat(run.endBlock()).isEqualTo(FIRST + 3);
  }

  @Test
  void aRunWithoutAContentLengthIsValidToo() {
    SignedRun open =
        signer.sign(
            TASK,
            SourceVersion.NONE,
            SourceOrigin.NONE,
            BLOCK,
            FIRST,
            digests,
            OptionalLong.empty());

    assertThat(verifier.verify(TASK, open)).isEqualTo(new RunVerifier.Valid());
  }

  @Test
  void aFlippedBitInAnyDigestIsRefused() {
    for (int bit = 0; bit < digests.length * 8; bit++) {
      SignedRun changed =
          changed(BLOCK, FIRST, flip(digests, bit), run.publicKey(), run.signature());

      assertThat(verifier.verify(TASK, changed)).as("bit %d", bit).isEqualTo(bad());
    }
  }

  @Test
  void aFlippedBitInTheSignatureIsRefused() {
    for (int bit = 0; bit < run.signature().length * 8; bit++) {
      SignedRun changed =
          changed(BLOCK, FIRST, digests, run.publicKey(), flip(run.signature(), bit));

      assertThat(verifier.verify(TASK, changed)).as("bit %d", bit).isEqualTo(bad());
    }
  }

  @Test
  void aFlippedBitInTheKeyIsAnUnknownKey() {
    for (int bit = 0; bit < run.publicKey().length * 8; bit++) {
      SignedRun changed =
          changed(BLOCK, FIRST, digests, flip(run.publicKey(), bit), run.signature());

      assertThat(verifier.verify(TASK, changed))
          .as("bit %d", bit)
          .isInstanceOf(RunVerifier.UnknownKey.class);
    }
  }

  @Test
  void aFlippedBitInTheTaskIsRefused() {
    TaskId other = new TaskId("ab".repeat(31) + "aa");

    assertThat(verifier.verify(other, run)).isEqualTo(bad());
  }

  @Test
  void aFlippedBitInTheBlockLengthIsRefused() {
    for (int bit = 0; bit < 31; bit++) {
      int length = BLOCK ^ 1 << bit;
      if (length > 0) {
        SignedRun changed = changed(length, FIRST, digests, run.publicKey(), run.signature());

        assertThat(verifier.verify(TASK, changed)).as("bit %d", bit).isEqualTo(bad());
      }
    }
  }

  @Test
  void aFlippedBitInTheFirstBlockIsRefused() {
    for (int bit = 0; bit < 63; bit++) {
      SignedRun changed =
          changed(BLOCK, FIRST ^ 1L << bit, digests, run.publicKey(), run.signature());

      assertThat(verifier.verify(TASK, changed)).as("bit %d", bit).isEqualTo(bad());
    }
  }

  @Test
  void aFlippedBitInTheContentLengthOrNoneIsRefused() {
    for (int bit = 0; bit < 63; bit++) {
      assertThat(verifier.verify(TASK, withLength(OptionalLong.of(1000L ^ 1L << bit))))
          .as("bit %d", bit)
          .isEqualTo(bad());
    }
    assertThat(verifier.verify(TASK, withLength(OptionalLong.empty()))).isEqualTo(bad());
  }

  @Test
  void aLengthThatIsSignedLikeAnAbsentOneIsNoRun() {
    assertThatThrownBy(() -> withLength(OptionalLong.of(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("negative content length");
  }

  @Test
  void aRunThatLosesOrGainsABlockIsRefused() {
    for (int blocks : new int[] {0, 2, 4}) {
      SignedRun changed = changed(BLOCK, FIRST, digests(blocks), run.publicKey(), run.signature());

      assertThat(verifier.verify(TASK, changed)).as("%d blocks", blocks).isEqualTo(bad());
    }
  }

  @Test
  void aRunOfSomebodyOfWhomTheSchedulerHasNotToldIsNotBelieved() {
    RunSigner stranger = RunSigner.create();
    SignedRun foreign =
        stranger.sign(
            TASK,
            SourceVersion.NONE,
            SourceOrigin.NONE,
            BLOCK,
            FIRST,
            digests,
            OptionalLong.empty());

    assertThat(verifier.verify(TASK, foreign))
        .isEqualTo(new RunVerifier.UnknownKey(stranger.publicKeyHex()));
    assertThat(new RunVerifier(List.of()).verify(TASK, run))
        .isEqualTo(new RunVerifier.UnknownKey(signer.publicKeyHex()));
  }

  @Test
  void signaturesAndKeysOfAnyLengthAreRefusedWithoutAnException() {
    for (int length : new int[] {0, 1, 31, 33, 63, 65, 200}) {
      SignedRun signature = changed(BLOCK, FIRST, digests, run.publicKey(), new byte[length]);
      SignedRun key = changed(BLOCK, FIRST, digests, new byte[length], run.signature());

      assertThat(verifier.verify(TASK, signature)).as("signature %d", length).isEqualTo(bad());
      assertThat(verifier.verify(TASK, key)).isInstanceOf(RunVerifier.UnknownKey.class);
      assertThat(RunVerifier.matches(TASK, key)).as("key %d", length).isFalse();
    }
  }

  @Test
  void whatCannotBeARunIsRefusedAtBirth() {
    byte[] key = signer.publicKey();
    OptionalLong none = OptionalLong.empty();
    byte[] odd = new byte[17];

    assertThatThrownBy(() ->
            new SignedRun(SourceVersion.NONE, SourceOrigin.NONE, 0, 0, digests, none, key, key))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() ->
            new SignedRun(SourceVersion.NONE, SourceOrigin.NONE, 1, -1, digests, none, key, key))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new SignedRun(SourceVersion.NONE, SourceOrigin.NONE, 1, 0, odd, none, key, key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("17 bytes of digests");
  }

  private SignedRun changed(
      int blockLength, long firstBlock, byte[] digests, byte[] publicKey, byte[] signature) {
    return new SignedRun(
        SourceVersion.NONE,
        SourceOrigin.NONE,
        blockLength,
        firstBlock,
        digests,
        run.contentLength(),
        publicKey,
        signature);
  }

  private SignedRun withLength(OptionalLong length) {
    return new SignedRun(
        SourceVersion.NONE,
        SourceOrigin.NONE,
        BLOCK,
        FIRST,
        digests,
        length,
        run.publicKey(),
        run.signature());
  }

  private static RunVerifier.Result bad() {
    return new RunVerifier.BadSignature();
  }

  private static byte[] digests(int blocks) {
    byte[] bytes = new byte[blocks * SignedRun.DIGEST_LENGTH];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static byte[] flip(byte[] bytes, int bit) {
    byte[] changed = bytes.clone();
    changed[bit / 8] ^= (byte) (1 << bit % 8);
    return changed;
  }
}
