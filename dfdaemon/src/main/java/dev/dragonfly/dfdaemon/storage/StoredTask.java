package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One task on the local disk: its content file and what of it is verified. A block is marked only
 * after it matched its digest; only marked blocks can be read, and what is marked survives a crash.
 * Safe for any thread; methods that touch the disk block (see {@link TaskStore}).
 */
public interface StoredTask {
  TaskId id();

  /** Identity, without request headers. */
  TaskSpec spec();

  /** What is known of the content. */
  TaskFacts facts();

  /**
   * Takes over what became known. The first known piece length fixes the layout; the first known
   * content length fixes the size.
   *
   * @throws dev.dragonfly.common.error.DragonflyException SOURCE_CHANGED when a known length is
   *     contradicted, NO_SPACE when the file system cannot hold the content
   */
  void learn(TaskFacts more);

  /** How the content is cut; absent until a piece length is known. */
  Optional<PieceLayout> layout();

  /** The pieces of which every block is verified. */
  PieceBitmap pieces();

  /** The record of a verified piece. */
  Optional<Piece> piece(int number);

  /** Whether the block is verified and can be read. */
  boolean hasBlock(long block);

  /** Whether the content length is known and every piece is verified. */
  boolean isComplete();

  /** Takes a run whose signature the caller has verified. Runs are kept beside the content. */
  void addRun(SignedRun verified);

  /** The runs that cover at least one block of the piece, to be passed on. */
  List<SignedRun> runsOf(int piece);

  /** Whether the digest of every block of the piece is known. */
  boolean coversPiece(int piece);

  /**
   * Writes and marks a block whose digest is known from a run.
   *
   * @param data the whole block, from position to limit
   * @throws dev.dragonfly.common.error.DragonflyException DIGEST_MISMATCH when it does not match:
   *     nothing is marked
   */
  void putVerified(long block, ByteBuffer data);

  /** Writes and marks a block read from the source; returns the 16 bytes to sign. */
  byte[] putFromSource(long block, ByteBuffer data);

  /**
   * Writes a block of a task without signatures; it is marked when {@link #finishPiece} has checked
   * the piece's own digest.
   */
  void putUnsigned(long block, ByteBuffer data);

  /**
   * Completes a piece: every block has been put. Computes its CRC-32, checks it against {@code
   * expected} where given, records the piece and wakes listeners.
   *
   * @throws dev.dragonfly.common.error.DragonflyException DIGEST_MISMATCH; the blocks of an
   *     unsigned piece are dropped then
   */
  Piece finishPiece(
      int number,
      Optional<Digest> expected,
      Piece.Traffic traffic,
      Optional<String> parentId,
      long costNanos);

  /** Reads verified bytes; returns how many, at most up to the end of the last verified block. */
  int read(long offset, ByteBuffer target);

  /** The content file, for sendfile; pieces lie at their offset in the task. */
  Path contentFile();

  /** Digest of the whole content, read from the disk. */
  Digest digest(Digest.Algorithm algorithm);

  /** Calls the listener for every piece finished from now on and when facts change. */
  Subscription listen(Listener listener);

  /** A piece is being sent or the content read: eviction leaves the task alone until closed. */
  Subscription use();

  /** Told what happens; called on the thread that did it, must be short. */
  interface Listener {
    /** A piece became readable. */
    void pieceFinished(Piece piece);

    /** Facts were learnt, for example the content length at the end of a chunked source. */
    void factsChanged(TaskFacts facts);

    /** A block became readable, long before its piece; for readers that cannot wait. */
    default void blockReadable() {}

    /** The task was deleted. */
    default void deleted() {}
  }

  /** Ends what was begun. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
