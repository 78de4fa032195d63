package dev.dragonfly.common.piece;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunSignerTest {
  private static final TaskId TASK = new TaskId("0".repeat(64));

  @TempDir private Path folder;

  @Test
  void theKeyPairOutlivesTheProcess() {
    RunSigner first = RunSigner.loadOrCreate(folder);
    SignedRun run =
        first.sign(
            TASK,
            SourceVersion.NONE,
            SourceOrigin.NONE,
            1024,
            0,
            new byte[16],
            OptionalLong.empty());

    RunSigner second = RunSigner.loadOrCreate(folder);

    assertThat(second.publicKeyHex()).isEqualTo(first.publicKeyHex());
    assertThat(new RunVerifier(List.of(ReaderKey.of("host", second.publicKey()))).verify(TASK, run))
        .isEqualTo(new RunVerifier.Valid());
  }

  @Test
  void nobodyElseMayReadThePrivateKey() throws IOException {
    RunSigner.loadOrCreate(folder);

    assertThat(Files.getPosixFilePermissions(folder.resolve("reader-key.pk8")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aPairOfWhichOneFileIsMissingIsMadeAnew() throws IOException {
    String before = RunSigner.loadOrCreate(folder).publicKeyHex();
    Files.delete(folder.resolve("reader-key.pk8"));

    String after = RunSigner.loadOrCreate(folder).publicKeyHex();

    assertThat(after).isNotEqualTo(before);
    assertThat(RunSigner.loadOrCreate(folder).publicKeyHex()).isEqualTo(after);
  }

  @Test
  void filesThatDoNotBelongTogetherAreRefused(@TempDir Path other) throws IOException {
    RunSigner.loadOrCreate(folder);
    RunSigner.loadOrCreate(other);
    Files.copy(
        other.resolve("reader-key.pub"),
        folder.resolve("reader-key.pub"),
        StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> RunSigner.loadOrCreate(folder))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("do not belong together")
        .extracting(e -> ((DragonflyException) e).code())
        .isEqualTo(ErrorCode.CONFIG);
  }

  @Test
  void aDamagedPrivateKeyIsRefusedWithTheFolder() throws IOException {
    RunSigner.loadOrCreate(folder);
    Files.write(folder.resolve("reader-key.pk8"), new byte[] {1, 2, 3});

    assertThatThrownBy(() -> RunSigner.loadOrCreate(folder))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void aKeyIs32BytesOfLowerCaseHex() {
    RunSigner signer = RunSigner.create();

    assertThat(ReaderKey.of("host", signer.publicKey()).raw()).isEqualTo(signer.publicKey());
    assertThatThrownBy(() -> ReaderKey.of("host-1", new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("host-1");
    assertThatThrownBy(() -> new ReaderKey("host-1", "zz".repeat(32)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
