package dev.dragonfly.dfdaemon.storage.wire;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.Optional;

/** What a task's journal says, in the order in which it became true. */
public sealed interface JournalRecord {
  /** The first record: whose journal it is. */
  record Header(TaskId id, TaskSpec spec) implements JournalRecord {}

  /**
   * What follows was written since the machine started; pieces recorded before another start of the
   * machine may have lost their bytes unless they were forced.
   *
   * @param bootId identity of the start of the machine
   */
  record Boot(String bootId) implements JournalRecord {}

  /**
   * What is known of the content, all of it.
   *
   * @param by who told the lengths
   */
  record Facts(TaskFacts facts, StoredTask.Teller by) implements JournalRecord {}

  /** A digest run whose signature was verified. */
  record Run(SignedRun run) implements JournalRecord {}

  /** A piece whose bytes were written before. */
  record Finished(Piece piece) implements JournalRecord {}

  /** All pieces recorded so far are on stable storage. */
  record Forced() implements JournalRecord {}

  /**
   * A digest of the whole content that was computed here.
   *
   * @param digest absent when those so far are void, since bytes were lost
   */
  record Whole(Optional<Digest> digest) implements JournalRecord {}
}
