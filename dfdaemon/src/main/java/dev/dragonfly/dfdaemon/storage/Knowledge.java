package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is known of a task besides its bytes. It only grows: what contradicts it is refused. Changes
 * are guarded by a lock and written to the journal first.
 */
final class Knowledge {
  private final TaskId id;
  private final TaskFiles files;
  private final Marks marks;
  private final Lock learning = new ReentrantLock();
  private volatile TaskFacts facts = TaskFacts.NONE;
  private volatile Optional<PieceLayout> layout = Optional.empty();

  Knowledge(TaskId id, TaskFiles files, Marks marks) {
    this.id = id;
    this.files = files;
    this.marks = marks;
  }

  TaskFacts facts() {
    return facts;
  }

  Optional<PieceLayout> layout() {
    return layout;
  }

  /**
   * Takes more in; blocks for the disk.
   *
   * <p>See {@link StoredTask#learn}.
   */
  StoredTask.Learnt learn(TaskFacts more, StoredTask.Teller by) {
    learning.lock();
    try {
      if (isContradicted(more)) {
        return StoredTask.Learnt.CONTRADICTED;
      }
      TaskFacts merged = facts.merge(more);
      if (merged.equals(facts)) {
        return StoredTask.Learnt.NOTHING_NEW;
      }
      files.shared("keeping facts", () -> takeOver(merged));
      return StoredTask.Learnt.LEARNT;
    } finally {
      learning.unlock();
    }
  }

  /** Sets what is known, without writing it down. */
  void restore(TaskFacts known) {
    if (known.pieceLength().isPresent()) {
      layout = Optional.of(new PieceLayout(known.pieceLength().getAsLong(), known.contentLength()));
    }
    facts = known;
  }

  private void takeOver(TaskFacts merged) throws IOException {
    if (facts.contentLength().isEmpty() && merged.contentLength().isPresent()) {
      files.content().reserve(merged.contentLength().getAsLong());
    }
    files.journal().append(new JournalRecord.Facts(merged));
    restore(merged);
  }

  private boolean isContradicted(TaskFacts more) {
    boolean otherContent =
        facts.contentLength().isPresent()
            && more.contentLength().isPresent()
            && !facts.contentLength().equals(more.contentLength());
    boolean otherPiece =
        facts.pieceLength().isPresent()
            && more.pieceLength().isPresent()
            && !facts.pieceLength().equals(more.pieceLength());
    boolean tooShort =
        facts.contentLength().isEmpty()
            && layout.isPresent()
            && more.contentLength().orElse(Long.MAX_VALUE) < marks.endOfBlocks(layout.get());
    return otherContent || otherPiece || tooShort;
  }
}
