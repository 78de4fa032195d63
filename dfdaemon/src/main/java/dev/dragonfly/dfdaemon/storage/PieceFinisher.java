package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.RunningDigest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.storage.wire.JournalRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Turns the blocks of a piece into a piece: digest, journal, mark. Never waits. */
final class PieceFinisher {
  /** Bytes of a short action; a piece has up to 64 of them. */
  private static final long SLICE = 1 << 20;

  private final TaskId id;
  private final TaskFiles files;
  private final BlockMap blocks;
  private final PieceTurns turns;
  private final Time time;

  PieceFinisher(TaskId id, TaskFiles files, BlockMap blocks, PieceTurns turns, Time time) {
    this.id = id;
    this.files = files;
    this.blocks = blocks;
    this.turns = turns;
    this.time = time;
  }

  /** Where the bytes of a piece came from, and how long that took. */
  record Origin(Piece.Traffic traffic, Optional<String> parentId, Duration cost) {}

  /** A piece and its blocks that could not be read before. */
  record Finished(Piece piece, BitSet fresh) {}

  /**
   * See {@link StoredTask#finishPiece}. It is the turn of nobody else to write the piece meanwhile.
   *
   * @return empty when another caller had finished it
   */
  CompletableFuture<Optional<Finished>> finish(
      PieceLayout cut, int number, Optional<Digest> expected, Origin origin) {
    return turns.next(
        cut.pieceLength(),
        number,
        () -> {
          if (blocks.hasPiece(number)) {
            return CompletableFuture.completedFuture(Optional.empty());
          }
          Check check = new Check(cut, number, expected);
          return check
              .begin()
              .thenCompose(
                  done -> files.submit("finishing a piece", () -> record(check, cut, origin)));
        });
  }

  private Optional<Finished> record(Check check, PieceLayout cut, Origin origin)
      throws IOException {
    Digest crc = check.conclude();
    Piece piece = describe(cut.piece(check.number), check.number, crc, origin);
    files.journal().append(new JournalRecord.Finished(piece));
    return blocks.finish(cut, piece).map(fresh -> new Finished(piece, fresh));
  }

  private Piece describe(ByteRange range, int number, Digest crc, Origin origin) {
    return new Piece(
        number,
        range.start(),
        range.length(),
        Optional.of(crc),
        origin.traffic(),
        origin.parentId(),
        origin.cost(),
        time.now());
  }

  /** Computes the digests of a piece, slice by slice, each one an action of its own. */
  private final class Check {
    private final PieceLayout cut;
    final int number;
    private final Optional<Digest> expected;
    private final RunningDigest crc = new RunningDigest(Digest.Algorithm.CRC32);
    private final Optional<RunningDigest> other;
    private Optional<Digest> known = Optional.empty();

    Check(PieceLayout cut, int number, Optional<Digest> expected) {
      this.cut = cut;
      this.number = number;
      this.expected = expected;
      this.other =
          expected
              .map(Digest::algorithm)
              .filter(algorithm -> algorithm != Digest.Algorithm.CRC32)
              .map(RunningDigest::new);
    }

    /** Reads the piece, unless its CRC-32 is known from its blocks and is all that is wanted. */
    CompletableFuture<Long> begin() {
      known = other.isPresent() ? Optional.empty() : blocks.crcOf(cut, number);
      return known.isPresent()
          ? CompletableFuture.completedFuture(cut.piece(number).end())
          : scan(cut.piece(number).start());
    }

    private CompletableFuture<Long> scan(long at) {
      return files
          .submit("checking a piece", () -> slice(at))
          .thenCompose(next ->
              next < cut.piece(number).end()
                  ? scan(next)
                  : CompletableFuture.completedFuture(next));
    }

    private long slice(long at) throws IOException {
      if (!blocks.allPut(cut, number)) {
        throw new DragonflyException(
            ErrorCode.FAILED_PRECONDITION,
            "piece " + number + " of task " + id + " lacks blocks and cannot be finished");
      }
      long blocksAtOnce = SLICE / cut.blockLength(); // whole ones, for compareWithRuns
      long length = Math.min(blocksAtOnce * cut.blockLength(), cut.piece(number).end() - at);
      boolean unsigned = blocks.hasStaged(cut, number);
      files
          .content()
          .scan(
              new ByteRange(at, length),
              chunk -> {
                if (unsigned) {
                  compareWithRuns(at, chunk.duplicate());
                }
                other.ifPresent(digest -> digest.update(chunk.duplicate()));
                crc.update(chunk);
              });
      return at + length;
    }

    /** A digest that was signed counts for more than that of the piece, also when it came later. */
    private void compareWithRuns(long at, ByteBuffer bytes) {
      for (long block = cut.blockAt(at); bytes.hasRemaining(); block++) {
        int length = Math.min(cut.blockLength(), bytes.remaining());
        ByteBuffer one = bytes.slice(bytes.position(), length);
        if (blocks.digests().covers(block, 1) && !blocks.digests().matches(block, one)) {
          throw mismatch("is not what was signed of its block " + block);
        }
        bytes.position(bytes.position() + length);
      }
    }

    private DragonflyException mismatch(String what) {
      blocks.dropStaged(cut, number);
      return new DragonflyException(
          ErrorCode.DIGEST_MISMATCH,
          "piece %d of task %s %s; fetch it again".formatted(number, id, what));
    }

    /** The CRC-32, unless the bytes are not those that were expected. */
    Digest conclude() {
      Digest ours = known.orElseGet(crc::finish);
      Digest actual = other.map(RunningDigest::finish).orElse(ours);
      if (expected.isPresent() && !expected.get().equals(actual)) {
        throw mismatch("is %s (expected %s)".formatted(actual, expected.get()));
      }
      return ours;
    }
  }
}
