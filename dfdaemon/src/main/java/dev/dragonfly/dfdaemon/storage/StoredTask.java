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
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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

  /** Who says something about a task, the weakest first. */
  enum Teller {
    /** A peer that has it: a hint, until somebody better is heard. */
    PARENT,
    /** A scheduler, or what the signature of a reader covers that a scheduler has named. */
    SCHEDULER,
    /** The source itself, asked by this host. */
    SOURCE
  }

  /** What became of a word about a task. */
  enum Learnt {
    NOTHING_NEW,
    LEARNT,
    /**
     * It contradicts what this host verified, or what a stronger teller said; nothing was taken
     * over. Said by the source it means that the content changed there; said by others, that they
     * speak of another content.
     */
    CONTRADICTED
  }

  /**
   * Takes over what became known. Lengths are fixed by the first verified block or by the source;
   * before that a teller as strong as the last may replace them.
   *
   * @throws dev.dragonfly.common.error.DragonflyException NO_SPACE when the file system cannot hold
   *     the content, INVALID_ARGUMENT when no content can have these lengths
   */
  Learnt learn(TaskFacts told, Teller by);

  /** How the content is cut; absent until a piece length is known. */
  Optional<PieceLayout> layout();

  /** The pieces of which every block is verified. */
  PieceBitmap pieces();

  /** The record of a verified piece. */
  Optional<Piece> piece(int number);

  /** Whether the block is verified and can be read. */
  boolean hasBlock(long block);

  /** The blocks that are verified, as they are now. */
  BitSet blocks();

  /** Whether the content length is known and every piece is verified. */
  boolean isComplete();

  /** What became of a run. */
  enum RunOutcome {
    NEW,
    KNOWN,
    /** Another digest for a block whose digest is known, or another cut: its sender is to blame. */
    CONTRADICTED,
    /**
     * Of another state of the source than the content here, or of other bytes than some that came
     * unsigned, and who is wrong then cannot be told: of no use, and nobody is to blame.
     */
    OTHER_VERSION
  }

  /**
   * Takes a run whose signature the caller has verified. Runs are kept beside the content; those
   * that are kept always agree with each other and with the bytes.
   */
  RunOutcome addRun(SignedRun verified);

  /** The runs that cover at least one block of the piece, to be passed on. */
  List<SignedRun> runsOf(int piece);

  /** Whether the very same run is kept: then its signature was verified before. */
  boolean isKept(SignedRun run);

  /** Whether the digest of the block is known. */
  boolean coversBlock(long block);

  /** Whether the digest of every block of the piece is known. */
  boolean coversPiece(int piece);

  /**
   * Writes and marks a block whose digest is known from a run. Takes the lease over, as the other
   * ways to put a block do; when this returns, the disk may still work on it only if it hangs.
   *
   * @param data the whole block, from position to limit
   * @throws dev.dragonfly.common.error.DragonflyException DIGEST_MISMATCH when it does not match:
   *     nothing is marked; UNAVAILABLE when the disk hangs
   */
  void putVerified(long block, BlockLease data);

  /** The same without waiting; may be called on an event loop. */
  CompletableFuture<Void> beginVerified(long block, BlockLease data);

  /**
   * Writes and marks a block read from the source; returns the 16 bytes to sign.
   *
   * @throws dev.dragonfly.common.error.DragonflyException SOURCE_CHANGED when it is not what was
   *     read or signed before
   */
  byte[] putFromSource(long block, BlockLease data);

  /**
   * Writes a block of a task without signatures; it is marked when {@link #finishPiece} has checked
   * the piece's own digest.
   */
  void putUnsigned(long block, BlockLease data);

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

  /**
   * Completes a piece of which every block is verified, without waiting; may be called on an event
   * loop. The future has the record of the piece also when somebody else completed it.
   */
  CompletableFuture<Piece> beginFinish(
      int number, Piece.Traffic traffic, Optional<String> parentId);

  /** Reads verified bytes; returns how many, at most up to the end of the last verified block. */
  int read(long offset, ByteBuffer target);

  /** The content file, for sendfile; pieces lie at their offset in the task. */
  Path contentFile();

  /**
   * The digest of the whole will be asked for: it is computed behind the download from now on,
   * whoever delivers the pieces. Does not wait.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT when this host cannot
   *     compute it
   */
  void expectDigest(Digest.Algorithm algorithm);

  /**
   * Digest of the whole content, of which every block must be verified. Computed once in the life
   * of the content: the result is kept in the journal.
   *
   * @throws dev.dragonfly.common.error.DragonflyException FAILED_PRECONDITION when bytes are
   *     missing, INVALID_ARGUMENT when this host cannot compute it
   */
  Digest digest(Digest.Algorithm algorithm);

  /** The digest of the whole if it was computed already; does not touch the disk. */
  Optional<Digest> knownDigest(Digest.Algorithm algorithm);

  /** Calls the listener for every piece finished from now on and when facts change. */
  Subscription listen(Listener listener);

  /** A piece is being sent or the content read: eviction leaves the task alone until closed. */
  Subscription use();

  /** Told what happens; called on the thread that did it, must be short. */
  interface Listener {
    /** A piece became readable. */
    default void pieceFinished(Piece piece) {}

    /** Facts were learnt, for example the content length at the end of a chunked source. */
    default void factsChanged(TaskFacts facts) {}

    /** A block became readable, before its piece; for readers that cannot wait. */
    default void blockReadable(long block) {}

    /** The task was deleted. */
    default void deleted() {}
  }

  /** Ends what was begun. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
