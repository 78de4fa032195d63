package dev.dragonfly.simulation;

import dev.dragonfly.common.piece.BlockDigests;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * What the source gives: pieces of 1 KiB, one block each, that stand for pieces of 4 MiB. So one
 * byte here is 4 KiB there, and rates are scaled alike.
 */
final class Content {
  static final int PIECE = 1024;
  static final TaskId TASK = new TaskId("ab".repeat(32));
  static final TaskSpec SPEC = TaskSpec.ofUrl("http://origin.test/file");
  static final int PIECES_PER_RUN = 16;

  private final byte[] bytes;
  private final PieceLayout layout;
  private final SourceVersion version;
  private final Map<String, SignedRun> signed = new HashMap<>();

  Content(int pieces, SplittableRandom random) {
    bytes = new byte[pieces * PIECE - random.nextInt(PIECE)];
    random.nextBytes(bytes);
    layout = PieceLayout.of(PIECE, bytes.length);
    version =
        SourceVersion.of(Optional.of("\"1\""), Optional.empty(), OptionalLong.of(bytes.length));
  }

  int length() {
    return bytes.length;
  }

  int pieces() {
    return layout.pieceCount();
  }

  byte[] piece(int number) {
    return Arrays.copyOfRange(
        bytes, (int) layout.piece(number).start(), (int) layout.piece(number).end());
  }

  boolean isRight(long offset, byte[] content, int length) {
    int from = (int) offset;
    return Arrays.equals(bytes, from, from + length, content, from, from + length);
  }

  /** What the source tells. */
  TaskFacts facts() {
    return new TaskFacts(
        OptionalLong.of(bytes.length),
        OptionalLong.of(PIECE),
        Map.of(),
        Optional.empty(),
        List.of(),
        Optional.of(version));
  }

  /**
   * The run that holds the piece. A reader signs each once: signatures cost more than all the rest
   * of a world.
   *
   * @param honest whether it is of the bytes that the source gives
   */
  SignedRun run(int piece, RunSigner signer, boolean honest) {
    int first = piece / PIECES_PER_RUN * PIECES_PER_RUN;
    return signed.computeIfAbsent(
        signer.publicKeyHex() + first + honest, key -> sign(first, signer, honest));
  }

  private SignedRun sign(int first, RunSigner signer, boolean honest) {
    int end = Math.min(first + PIECES_PER_RUN, pieces());
    ByteArrayOutputStream digests = new ByteArrayOutputStream();
    for (int piece = first; piece < end; piece++) {
      byte[] block = piece(piece);
      digests.writeBytes(BlockDigests.of(ByteBuffer.wrap(honest ? block : flipped(block))));
    }
    return signer.sign(
        TASK,
        version,
        SourceOrigin.NONE,
        layout.blockLength(),
        first,
        digests.toByteArray(),
        OptionalLong.of(bytes.length));
  }

  static byte[] flipped(byte[] right) {
    byte[] wrong = right.clone();
    wrong[wrong.length / 2] ^= 1;
    return wrong;
  }
}
