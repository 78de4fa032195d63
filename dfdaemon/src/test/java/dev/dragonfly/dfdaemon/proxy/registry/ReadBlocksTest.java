package dev.dragonfly.dfdaemon.proxy.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadBlocksTest {
  private static final TaskId ID = new TaskId("ab".repeat(32));
  private static final int PIECE = 1000;
  private static final SourceOrigin HOME = SourceOrigin.of("https://Registry.example/v2/a/blobs/x");
  private static final SourceOrigin EVIL = SourceOrigin.of("https://evil.example/v2/a/blobs/x");

  private final RunSigner seed = RunSigner.create();
  private final RunSigner peer = RunSigner.create();

  @TempDir private Path folder;
  private MemoryTask task;

  @BeforeEach
  void readers() {
    task = MemoryTask.ofLength(ID, PIECE, 4 * PIECE, folder);
    task.learn(
        TaskFacts.NONE.withReaderKeys(
            List.of(
                ReaderKey.of("seed", seed.publicKey()).asTrusted(),
                ReaderKey.of("peer", peer.publicKey()))),
        StoredTask.Teller.SCHEDULER);
  }

  private void signed(RunSigner by, SourceOrigin from, int piece) {
    long first = task.layout().orElseThrow().firstBlock(piece);
    byte[] digests = new byte[16 * task.layout().orElseThrow().blocksIn(piece)];
    task.addRun(
        by.sign(
            ID,
            SourceVersion.NONE,
            from,
            task.layout().orElseThrow().blockLength(),
            first,
            digests,
            OptionalLong.empty()));
  }

  private long until(SourceOrigin from, long position, boolean trustedOnly) {
    return ReadBlocks.until(task, from, position, 4 * PIECE, trustedOnly);
  }

  @Test
  void whatATrustedReaderSignedAsReadFromThereCountsUpToTheFirstGap() {
    signed(seed, HOME, 0);
    signed(seed, HOME, 1);
    signed(seed, HOME, 3);

    assertThat(until(HOME, 0, true)).isEqualTo(2 * PIECE);
    assertThat(until(HOME, 2 * PIECE, true)).isEqualTo(2 * PIECE);
    assertThat(until(HOME, 3 * PIECE + 7, true)).isEqualTo(4 * PIECE);
  }

  @Test
  void whatWasReadFromOneRegistryIsNotAnothers() {
    signed(seed, HOME, 0);
    signed(seed, EVIL, 1);

    assertThat(until(EVIL, 0, false)).isZero();
    assertThat(until(HOME, 0, false)).isEqualTo(PIECE);
  }

  @Test
  void anyReaderWillDoWhenTheWholeHasMatchedAndBeforeThatNone() {
    signed(peer, HOME, 0);

    assertThat(until(HOME, 0, true)).isZero();
    assertThat(until(HOME, 0, false)).isEqualTo(PIECE);
  }

  @Test
  void whoIsNoReaderSaysNothing() {
    signed(RunSigner.create(), HOME, 0);
    signed(seed, SourceOrigin.NONE, 1);

    assertThat(until(HOME, 0, false)).isZero();
    assertThat(until(SourceOrigin.NONE, PIECE, false)).isEqualTo(PIECE);
  }

  @Test
  void anOriginIsSchemeAndAuthorityAndNoSecret() {
    assertThat(HOME.value()).isEqualTo("https://registry.example");
    assertThat(SourceOrigin.of("http://user:word@H:5000/x?y#z").value()).isEqualTo("http://h:5000");
    assertThat(SourceOrigin.of("file.txt")).isEqualTo(SourceOrigin.NONE);
  }
}
