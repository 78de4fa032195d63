package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Turns the blocks of a piece into a piece: digest, journal, mark. */
final class PieceFinisher {
  private final TaskId id;
  private final TaskFiles files;
  private final Marks marks;
  private final Time time;

  PieceFinisher(TaskId id, TaskFiles files, Marks marks, Time time) {
    this.id = id;
    this.files = files;
    this.marks = marks;
    this.time = time;
  }

  /** Where the bytes of a piece came from, and how long that took. */
  record Origin(Piece.Traffic traffic, Optional<String> parentId, Duration cost) {}

  /**
   * See {@link StoredTask#finishPiece}. Blocks without a signed digest are looked at while nobody
   * else writes.
   *
   * @return empty when another caller had finished it
   */
  Optional<Piece> finish(PieceLayout cut, int number, Optional<Digest> expected, Origin origin) {
    TaskFiles.Action<Optional<Piece>> finish =
        () -> {
          Digest crc = checkedDigest(cut, number, expected);
          Piece piece = describe(cut.piece(number), number, crc, origin);
          files.journal().append(new JournalRecord.Finished(piece));
          return marks.finish(cut, piece) ? Optional.of(piece) : Optional.empty();
        };
    return marks.hasStaged(cut, number)
        ? files.alone("finishing a piece", finish)
        : files.shared("finishing a piece", finish);
  }

  private Digest checkedDigest(PieceLayout cut, int number, Optional<Digest> expected)
      throws IOException {
    if (!marks.allPut(cut, number)) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          "piece " + number + " of task " + id + " lacks blocks and cannot be finished");
    }
    ByteRange range = cut.piece(number);
    Digest crc = files.content().digest(Digest.Algorithm.CRC32, range);
    if (expected.isEmpty()) {
      return crc;
    }
    Digest actual =
        expected.get().algorithm() == Digest.Algorithm.CRC32
            ? crc
            : files.content().digest(expected.get().algorithm(), range);
    if (!expected.get().equals(actual)) {
      marks.dropStaged(cut, number);
      throw new DragonflyException(
          ErrorCode.DIGEST_MISMATCH,
          "piece %d of task %s is %s (expected %s); fetch it again"
              .formatted(number, id, actual, expected.get()));
    }
    return crc;
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
}
