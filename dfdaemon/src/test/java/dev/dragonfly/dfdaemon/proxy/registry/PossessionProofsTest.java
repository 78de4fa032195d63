package dev.dragonfly.dfdaemon.proxy.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.oci.Registry;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.source.OriginAnswer;
import dev.dragonfly.dfdaemon.source.OriginClient;
import dev.dragonfly.dfdaemon.source.OriginRequest;
import dev.dragonfly.dfdaemon.source.SentChunks;
import dev.dragonfly.dfdaemon.source.SourceReads;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PossessionProofsTest {
  private static final int PIECE = 4 << 20;
  private static final int CHUNK = SentChunks.LENGTH;
  private static final byte[] PRIVATE = new byte[10 << 20];
  private static final Caller CALLER = new Caller(Headers.NONE, true);

  static {
    new Random(17).nextBytes(PRIVATE);
  }

  private static final Digest DIGEST =
      Digest.parse(
          "sha256:" + HexFormat.of().formatHex(Digest.Algorithm.SHA256.hasher().digest(PRIVATE)));
  private static final PossessionProofs.Wanted WANTED =
      new PossessionProofs.Wanted(
          new Origin(
              "https://evil.test/v2/x/blobs/" + DIGEST,
              Optional.of(Registry.parse("evil.test")),
              "x",
              false),
          Optional.of(DIGEST));

  @TempDir private Path folder;
  private final SentChunks sent = new SentChunks();
  private final FakeOrigin origin = new FakeOrigin();
  private final PossessionProofs proofs =
      new PossessionProofs(
          origin,
          new RegistryLogin(
              new KnownRegistries(List.of(), Optional.empty()), origin, new ManualTime()),
          sent,
          new Random(17));

  private MemoryTask task(byte[] content, int... pieces) {
    MemoryTask task =
        MemoryTask.ofLength(new TaskId(DIGEST.encoded()), PIECE, content.length, folder);
    for (int piece : pieces) {
      task.addPiece(piece, content);
    }
    return task;
  }

  private long until(MemoryTask task, long position, long readable) {
    return proofs.until(CALLER, WANTED, task, position, readable);
  }

  private void registrySends(byte[] content, int start, int end) {
    SourceReads.read(sent, WANTED.origin().url(), content, start, end);
  }

  @Test
  void whatTheRegistrySentIsGivenBeforeTheRestIsHere() {
    registrySends(PRIVATE, 0, PIECE);
    MemoryTask task = task(PRIVATE, 0);
    assertThat(until(task, 0, 10)).isEqualTo(10);
    assertThat(until(task, 0, PIECE)).isEqualTo(CHUNK);
    assertThat(until(task, CHUNK + 5, PIECE)).isEqualTo(2 * CHUNK);
    assertThat(origin.asked).isZero();
  }

  @Test
  void whatPeersSentWaitsForTheWhole() {
    origin.content = PRIVATE;
    assertThat(until(task(PRIVATE, 0, 1), 0, PIECE)).isZero();
    assertThat(until(task(PRIVATE, 0, 1), 5_000_000, 2 * PIECE)).isEqualTo(5_000_000);
    assertThat(origin.asked).isZero();
    assertThat(until(task(PRIVATE, 0, 1, 2), 0, PIECE)).isEqualTo(CHUNK);
    assertThat(origin.asked).isEqualTo(1);
  }

  @Test
  void aMixtureOfItsOwnBytesAndOfWhatItDoesNotHaveProvesNothing() {
    byte[] mixture = PRIVATE.clone();
    new Random(5).nextBytes(mixture);
    System.arraycopy(PRIVATE, PIECE, mixture, PIECE, PIECE);
    registrySends(mixture, 0, PIECE);
    MemoryTask task = task(mixture, 0, 1);
    assertThat(until(task, 0, PIECE)).isEqualTo(CHUNK); // Its own.
    assertThat(until(task, PIECE, 2 * PIECE)).isEqualTo(PIECE);
    task.addPiece(2, mixture); // The whole is here, but it is wrong.
    assertThat(until(task, PIECE, 2 * PIECE)).isEqualTo(PIECE);
    assertThat(origin.asked).isZero();
    MemoryTask right = task(PRIVATE, 0, 1, 2);
    assertThatThrownBy(() -> until(right, 0, PIECE)).isInstanceOf(DragonflyException.class);
    assertThatThrownBy(() -> until(right, PIECE, PIECE)).isInstanceOf(DragonflyException.class);
  }

  @Test
  void aFewBytesOfAChunkAreNoChunk() {
    registrySends(PRIVATE, 0, 1000);
    registrySends(PRIVATE, 2 * CHUNK - 1000, 3 * CHUNK - 1);
    MemoryTask task = task(PRIVATE, 0);
    assertThat(until(task, 0, PIECE)).isZero();
    assertThat(until(task, 2 * CHUNK, PIECE)).isEqualTo(2 * CHUNK);
  }

  @Test
  void whatWasShownOnceIsNotAskedForAgain() {
    origin.content = PRIVATE;
    MemoryTask task = task(PRIVATE, 0, 1, 2);
    for (int i = 0; i < 5; i++) {
      assertThat(until(task, 100, PRIVATE.length)).isEqualTo(CHUNK);
      assertThat(until(task, CHUNK, PRIVATE.length)).isEqualTo(8 * CHUNK);
      assertThat(until(task, 8 * CHUNK, PRIVATE.length)).isEqualTo(PRIVATE.length);
    }
    assertThat(origin.asked).isEqualTo(3);
  }

  /** A registry that says 206 to everything, with bytes of what it has. */
  private static final class FakeOrigin implements OriginClient {
    private byte[] content = new byte[PRIVATE.length];
    private int asked;

    @Override
    public OriginAnswer ask(OriginRequest request) {
      asked++;
      String range = request.header().first("range").orElseThrow().substring("bytes=".length());
      int start = Integer.parseInt(range.substring(0, range.indexOf('-')));
      int end = Integer.parseInt(range.substring(range.indexOf('-') + 1)) + 1;
      return new OriginAnswer(
          206,
          Headers.of("Content-Range", "bytes " + range + "/" + content.length),
          SourceReads.body(ByteBuffer.wrap(content, start, end - start)),
          request.url());
    }

    @Override
    public OriginAnswer follow(OriginRequest request) {
      return ask(request);
    }
  }
}
