package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a task back from its journal.
 *
 * <p>Bytes are written before the journal says so, and the kernel keeps both when only the process
 * dies: pieces recorded since the machine started are believed. Pieces recorded before the machine
 * started, and not forced to the disk since, may have lost bytes: each is read and compared with
 * its digests. So is everything when the content file is shorter than it should be. Blocks that
 * were written but whose piece was not complete are not in the journal; they are found again by
 * their signed digests. So nothing is ever served that does not match, what was verified is not
 * fetched twice, and nothing is forced to the disk while a download runs.
 */
final class TaskLoader {
  private static final Logger LOG = LoggerFactory.getLogger(TaskLoader.class);

  private final StoreParts parts;

  TaskLoader(StoreParts parts) {
    this.parts = parts;
  }

  /** The task of the journal, or empty when the file is not a journal; it is left alone then. */
  Optional<DiskTask> load(Path journalFile, ContentPaths paths) throws IOException {
    Journal.Loaded loaded = Journal.load(journalFile, parts.files());
    if (loaded.records().isEmpty()
        || !(loaded.records().get(0) instanceof JournalRecord.Header header)
        || !journalFile.equals(paths.journal(header.id()))) {
      LOG.warn("not a journal, left alone file={}", journalFile);
      return Optional.empty();
    }
    Path file = paths.content(header.id(), header.spec().kind());
    DiskTask task = new DiskTask(header.id(), header.spec(), parts, file, loaded.journal());
    Replay replay = Replay.of(loaded.records(), parts.bootId());
    task.restoreFacts(replay.facts);
    replay.runs.forEach(task.marks()::addRun);
    if (!task.files().hasContent()) {
      LOG.info("there is no content, task forgotten task={}", header.id());
      loaded.journal().delete();
      return Optional.empty();
    }
    if (task.layout().isPresent()) {
      restore(task, task.layout().get(), replay);
    }
    if (!replay.sameBoot) {
      loaded.journal().append(new JournalRecord.Boot(parts.bootId()));
    }
    return Optional.of(task);
  }

  /** What the records say in the end. */
  private static final class Replay {
    TaskFacts facts = TaskFacts.NONE;
    final List<SignedRun> runs = new ArrayList<>();
    final List<Piece> believed = new ArrayList<>();
    final List<Piece> doubtful = new ArrayList<>();
    boolean sameBoot;

    static Replay of(List<JournalRecord> records, String bootId) {
      Replay replay = new Replay();
      records.forEach(record -> replay.apply(record, bootId));
      return replay;
    }

    private void apply(JournalRecord record, String bootId) {
      switch (record) {
        case JournalRecord.Header header -> {}
        case JournalRecord.Boot boot -> sameBoot = boot.bootId().equals(bootId);
        case JournalRecord.Facts known -> facts = known.facts();
        case JournalRecord.Run run -> runs.add(run.run());
        case JournalRecord.Finished finished ->
            (sameBoot ? believed : doubtful).add(finished.piece());
        case JournalRecord.Forced forced -> {
          believed.addAll(doubtful);
          doubtful.clear();
        }
      }
    }
  }

  private static void restore(DiskTask task, PieceLayout layout, Replay replay) throws IOException {
    boolean whole = task.files().content().size() >= layout.contentLength().orElse(0);
    for (Piece piece : replay.believed) {
      restore(task, layout, piece, whole);
    }
    for (Piece piece : replay.doubtful) {
      restore(task, layout, piece, false);
    }
    if (!task.isComplete() && layout.contentLength().isPresent()) {
      findLooseBlocks(task, layout);
    }
  }

  private static void restore(DiskTask task, PieceLayout layout, Piece piece, boolean believed)
      throws IOException {
    if (!fits(layout, piece)) {
      LOG.warn("piece does not fit, forgotten task={} piece={}", task.id(), piece.number());
      return;
    }
    if (task.marks().hasPiece(piece.number())) {
      return;
    }
    if (believed || matches(task, layout, piece)) {
      task.marks().finish(layout, piece);
    } else {
      LOG.warn("piece lost its bytes, forgotten task={} piece={}", task.id(), piece.number());
    }
  }

  private static boolean fits(PieceLayout layout, Piece piece) {
    if (layout.contentLength().isPresent() && piece.number() >= layout.pieceCount()) {
      return false;
    }
    ByteRange range = layout.piece(piece.number());
    return range.start() == piece.offset() && range.length() == piece.length();
  }

  /** By its signed digests where they are known, else by its own. */
  private static boolean matches(DiskTask task, PieceLayout layout, Piece piece)
      throws IOException {
    long first = layout.firstBlock(piece.number());
    int count = layout.blocksIn(piece.number());
    if (task.marks().digests.covers(first, count)) {
      ByteBuffer buffer = ByteBuffer.allocate(layout.blockLength());
      for (long block = first; block < first + count; block++) {
        if (!holds(task, layout, block, buffer)) {
          return false;
        }
      }
      return true;
    }
    try {
      Digest crc =
          task.files()
              .content()
              .digest(Digest.Algorithm.CRC32, new ByteRange(piece.offset(), piece.length()));
      return piece.digest().equals(Optional.of(crc));
    } catch (EOFException e) {
      return false;
    }
  }

  private static void findLooseBlocks(DiskTask task, PieceLayout layout) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(layout.blockLength());
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      if (task.marks().hasPiece(piece)) {
        continue;
      }
      long first = layout.firstBlock(piece);
      for (long block = first; block < first + layout.blocksIn(piece); block++) {
        if (task.marks().digests.covers(block, 1) && holds(task, layout, block, buffer)) {
          task.marks().markBlock(block);
        }
      }
    }
  }

  private static boolean holds(DiskTask task, PieceLayout layout, long block, ByteBuffer buffer)
      throws IOException {
    ByteRange range = layout.block(block);
    buffer.clear();
    try {
      task.files().content().read(range.start(), buffer, (int) range.length());
    } catch (EOFException e) {
      return false;
    }
    return task.marks().digests.matches(block, buffer.flip());
  }
}
