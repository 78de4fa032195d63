package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.storage.wire.JournalRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a task back from its journal. Reads the journal only, so that a store of many tasks opens
 * soon also on a slow disk.
 *
 * <p>Bytes are written before the journal says so, and the kernel keeps both when only the process
 * dies: pieces recorded since the machine started are believed. Pieces recorded before the machine
 * started, and not forced to the disk since, may have lost bytes, and so may all when the content
 * file is shorter than it should be: those are left to a {@link TaskComparison}, and are not there
 * until it has read them.
 */
final class TaskLoader {
  private static final Logger LOG = LoggerFactory.getLogger(TaskLoader.class);

  private final StoreParts parts;

  TaskLoader(StoreParts parts) {
    this.parts = parts;
  }

  /**
   * A task and what of it is in doubt.
   *
   * @param comparison absent when nothing is
   */
  record Loaded(DiskTask task, Optional<TaskComparison> comparison) {}

  /** The task of the journal, or empty when the file is not a journal; it is left alone then. */
  Optional<Loaded> load(Path journalFile, ContentPaths paths) throws IOException {
    Replay replay = new Replay(parts.bootId());
    Journal journal = Journal.load(journalFile, parts.files(), replay::apply);
    if (!(replay.first instanceof JournalRecord.Header header)
        || !journalFile.equals(paths.journal(header.id()))) {
      LOG.warn("not a journal, left alone file={}", journalFile);
      return Optional.empty();
    }
    Path file = paths.content(header.id(), header.spec().kind());
    DiskTask task = new DiskTask(header.id(), header.spec(), parts, file, journal);
    task.known.restore(replay.facts, replay.by);
    replay.runs.forEach(run -> task.blocks.addRun(run, replay.facts.version()));
    if (!Files.exists(file)) {
      LOG.info("there is no content, task forgotten task={}", header.id());
      task.files.remove();
      return Optional.empty();
    }
    if (!replay.sameBoot) {
      journal.append(new JournalRecord.Boot(parts.bootId()));
    }
    Optional<PieceLayout> layout = task.layout();
    return Optional.of(
        new Loaded(
            task, layout.isPresent() ? restore(task, layout.get(), replay) : Optional.empty()));
  }

  /** What the records say in the end. */
  private static final class Replay {
    TaskFacts facts = TaskFacts.NONE;
    StoredTask.Teller by = StoredTask.Teller.PARENT;
    final List<SignedRun> runs = new ArrayList<>();
    final List<Piece> believed = new ArrayList<>();
    final List<Piece> doubtful = new ArrayList<>();
    final List<Digest> digests = new ArrayList<>();
    private final String bootId;
    @Nullable JournalRecord first;
    boolean sameBoot;

    Replay(String bootId) {
      this.bootId = bootId;
    }

    void apply(JournalRecord record) {
      first = first == null ? record : first;
      switch (record) {
        case JournalRecord.Header header -> {}
        case JournalRecord.Boot boot -> sameBoot = boot.bootId().equals(bootId);
        case JournalRecord.Facts known -> {
          if (facts.contradict(known.facts())) {
            runs.clear();
          }
          facts = known.facts();
          by = known.by();
        }
        case JournalRecord.Run run -> runs.add(run.run());
        case JournalRecord.Finished finished ->
            (sameBoot ? believed : doubtful).add(finished.piece());
        case JournalRecord.Forced forced -> {
          believed.addAll(doubtful);
          doubtful.clear();
        }
        case JournalRecord.Whole whole ->
            whole.digest().ifPresentOrElse(digests::add, digests::clear);
      }
    }
  }

  private static Optional<TaskComparison> restore(DiskTask task, PieceLayout layout, Replay replay)
      throws IOException {
    boolean whole = task.files.content().size() >= layout.contentLength().orElse(0);
    List<Piece> doubtful = new ArrayList<>(replay.doubtful);
    for (Piece piece : replay.believed) {
      if (!whole) {
        doubtful.add(piece);
      } else if (fits(layout, piece)) {
        task.blocks.finish(layout, piece);
      } else {
        LOG.warn("piece does not fit, forgotten task={} piece={}", task.id(), piece.number());
      }
    }
    doubtful.removeIf(piece -> !fits(layout, piece) || task.blocks.hasPiece(piece.number()));
    if (doubtful.isEmpty()) {
      replay.digests.forEach(task.digests::restore);
    }
    boolean complete = task.isComplete();
    if (!complete) {
      OwnerOnly.unseal(task.contentFile()); // what was lost is written again
    }
    return complete
        ? Optional.empty()
        : Optional.of(new TaskComparison(task, layout, doubtful, replay.digests));
  }

  private static boolean fits(PieceLayout layout, Piece piece) {
    if (layout.contentLength().isPresent() && piece.number() >= layout.pieceCount()) {
      return false;
    }
    ByteRange range = layout.piece(piece.number());
    return range.start() == piece.offset() && range.length() == piece.length();
  }
}
