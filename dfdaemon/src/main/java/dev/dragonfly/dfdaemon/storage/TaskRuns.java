package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.dfdaemon.storage.StoredTask.RunOutcome;
import dev.dragonfly.dfdaemon.storage.wire.JournalRecord;
import java.util.Arrays;
import java.util.Optional;

/**
 * Decides whether a signed run fits what is here: the cut, the other runs, and the bytes of blocks
 * that came unsigned, before their digest was known. Blocks for the disk.
 */
final class TaskRuns {
  private final TaskFiles files;
  private final BlockMap blocks;

  TaskRuns(TaskFiles files, BlockMap blocks) {
    this.files = files;
    this.blocks = blocks;
  }

  /** See {@link StoredTask#addRun}. */
  RunOutcome add(PieceLayout cut, Optional<SourceVersion> version, SignedRun run) {
    if (run.blockLength() != cut.blockLength()
        || !cut.hasBlocks(run.firstBlock(), run.blockCount())) {
      return RunOutcome.CONTRADICTED;
    }
    for (int i = 0; i < run.blockCount(); i++) {
      if (!agreesWithBytes(cut, run, i)) {
        // The one who sent the bytes may have lied as well as the one who sent the run.
        return RunOutcome.OTHER_VERSION;
      }
    }
    RunOutcome outcome = blocks.addRun(run, version);
    if (outcome == RunOutcome.NEW) {
      files.call(
          "keeping digests",
          () -> {
            files.journal().append(new JournalRecord.Run(run));
            return run;
          });
    }
    return outcome;
  }

  /** Bytes that no digest vouched for when they came; a block at a time, as the disk wants it. */
  private boolean agreesWithBytes(PieceLayout cut, SignedRun run, int index) {
    long block = run.firstBlock() + index;
    if (!blocks.hasBlock(block) || blocks.digests().covers(block, 1)) {
      return true;
    }
    return files.call(
        "comparing a block",
        () -> Arrays.equals(run.digest(index), files.content().blockDigest(cut.block(block))));
  }
}
