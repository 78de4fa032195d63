package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.storage.StoredTask.Learnt;
import dev.dragonfly.dfdaemon.storage.StoredTask.Teller;
import dev.dragonfly.dfdaemon.storage.wire.JournalRecord;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is known of a task besides its bytes. Until a block is verified or the source was asked it
 * is what others told, and a teller as strong as the last may replace it; then it only grows.
 * Changes are guarded by a lock, taken on virtual threads only, and written to the journal first.
 */
final class StoredFacts {
  private final TaskId id;
  private final TaskFiles files;
  private final BlockMap blocks;
  private final PieceTurns turns;
  private final Lock learning = new ReentrantLock();
  private volatile TaskFacts facts = TaskFacts.NONE;
  private volatile Optional<PieceLayout> layout = Optional.empty();
  private volatile Teller teller = Teller.PARENT;

  StoredFacts(TaskId id, TaskFiles files, BlockMap blocks, PieceTurns turns) {
    this.id = id;
    this.files = files;
    this.blocks = blocks;
    this.turns = turns;
  }

  TaskFacts facts() {
    return facts;
  }

  Optional<PieceLayout> layout() {
    return layout;
  }

  /** See {@link StoredTask#learn}; blocks for the disk. */
  Learnt learn(TaskFacts told, Teller by) {
    learning.lock();
    try {
      TaskFacts more = withoutCutOfPeers(told, by);
      if (contradicts(more)) {
        boolean fixed = teller == Teller.SOURCE || blocks.hasVerified();
        return fixed || by.compareTo(teller) < 0 ? Learnt.CONTRADICTED : replace(more, by);
      }
      TaskFacts merged = by.compareTo(teller) > 0 ? more.merge(facts) : facts.merge(more);
      merged = merged.withReaderKeys(facts.merge(more).readerKeys());
      Teller now = hasLength(more) && by.compareTo(teller) > 0 ? by : teller;
      boolean nothingNew = merged.equals(facts);
      if (!nothingNew || now != teller) {
        keep(merged, now);
      }
      return nothingNew ? Learnt.NOTHING_NEW : Learnt.LEARNT;
    } finally {
      learning.unlock();
    }
  }

  /** A piece length is no fact of the source: peers who share a content have agreed on one. */
  private TaskFacts withoutCutOfPeers(TaskFacts told, Teller by) {
    TaskFacts length = TaskFacts.NONE.withLengths(told.contentLength(), OptionalLong.empty());
    boolean agreed = facts.pieceLength().isPresent() && teller == Teller.SCHEDULER;
    if (by != Teller.SOURCE || facts.contradict(length) || !agreed) {
      return told;
    }
    return told.withLengths(told.contentLength(), facts.pieceLength());
  }

  private boolean contradicts(TaskFacts told) {
    boolean tooShort =
        layout.isPresent()
            && told.contentLength().orElse(Long.MAX_VALUE) < blocks.endOfVerified(layout.get());
    return tooShort || facts.contradict(told);
  }

  private static boolean hasLength(TaskFacts told) {
    return told.contentLength().isPresent() || told.pieceLength().isPresent();
  }

  /** Takes what is told in place of what was; only keys stay, since they vouch for nothing yet. */
  private Learnt replace(TaskFacts told, Teller by) {
    files.await(turns.stop());
    try {
      if (blocks.hasVerified()) {
        return Learnt.CONTRADICTED; // by a block that was on its way
      }
      TaskFacts merged =
          new TaskFacts(
              told.contentLength(),
              told.pieceLength().isPresent() ? told.pieceLength() : facts.pieceLength(),
              told.responseHeader(),
              told.digest().or(facts::digest),
              facts.merge(told).readerKeys(),
              told.version());
      keep(merged, by);
      blocks.recut();
      return Learnt.LEARNT;
    } finally {
      turns.resume(facts.pieceLength().orElse(0));
    }
  }

  private void keep(TaskFacts merged, Teller by) {
    Optional<PieceLayout> cut = cutOf(merged);
    files.call(
        "keeping facts",
        () -> {
          writeDown(merged, by);
          facts = merged;
          layout = cut;
          teller = by;
          return merged;
        });
  }

  private void writeDown(TaskFacts merged, Teller by) throws IOException {
    if (!files.journal().isWritten()) {
      files.content().deleteLeftover();
    }
    if (merged.contentLength().isPresent()
        && !merged.contentLength().equals(facts.contentLength())) {
      files.content().reserve(merged.contentLength().getAsLong());
    }
    files.journal().append(new JournalRecord.Facts(merged, by));
  }

  private Optional<PieceLayout> cutOf(TaskFacts told) {
    if (told.pieceLength().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new PieceLayout(told.pieceLength().getAsLong(), told.contentLength()));
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "task " + id + " cannot have what was told of it: " + e.getMessage(),
          e);
    }
  }

  /** Sets what is known, without writing it down. */
  void restore(TaskFacts known, Teller by) {
    layout = cutOf(known);
    facts = known;
    teller = by;
  }
}
