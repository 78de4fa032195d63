package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
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
 * its digests. Blocks that were written but whose piece was not complete are not in the journal;
 * they are found again by their signed digests. So nothing is ever served that does not match, and
 * what was verified is not fetched twice.
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
        || !journalFile
            .getFileName()
            .toString()
            .equals(header.id() + ContentPaths.JOURNAL_SUFFIX)) {
      LOG.warn("not a journal, left alone file={}", journalFile);
      return Optional.empty();
    }
    Path file = paths.content(header.id(), header.spec().kind());
    DiskTask task = new DiskTask(header.id(), header.spec(), parts, file, loaded.journal());
    List<Piece> doubtful = replay(loaded.records(), task);
    if (!Files.exists(file)) {
      return task.layout().isPresent() && task.facts().isEmptyContent()
          ? Optional.of(task)
          : Optional.empty();
    }
    verify(task, doubtful);
    findLooseBlocks(task);
    loaded.journal().append(new JournalRecord.Boot(parts.bootId()));
    return Optional.of(task);
  }

  /** Applies the records; returns the pieces that have to be checked. */
  private List<Piece> replay(List<JournalRecord> records, DiskTask task) {
    List<Piece> believed = new ArrayList<>();
    List<Piece> doubtful = new ArrayList<>();
    boolean sameBoot = false;
    for (JournalRecord record : records) {
      switch (record) {
        case JournalRecord.Header header -> {}
        case JournalRecord.Boot boot -> sameBoot = boot.bootId().equals(parts.bootId());
        case JournalRecord.Facts known -> task.restoreFacts(known.facts());
        case JournalRecord.Run run -> task.marks().addRun(run.run());
        case JournalRecord.Finished finished ->
            (sameBoot ? believed : doubtful).add(finished.piece());
        case JournalRecord.Forced forced -> {
          believed.addAll(doubtful);
          doubtful.clear();
        }
      }
    }
    task.layout().ifPresent(layout -> believed.forEach(p -> restore(task, layout, p)));
    return doubtful;
  }

  private static void restore(DiskTask task, PieceLayout layout, Piece piece) {
    if (piece.offset() == (long) piece.number() * layout.pieceLength()) {
      task.marks().finish(layout, piece);
    }
  }

  private void verify(DiskTask task, List<Piece> doubtful) throws IOException {
    Optional<PieceLayout> layout = task.layout();
    for (Piece piece : doubtful) {
      if (layout.isPresent() && matches(task, piece)) {
        restore(task, layout.get(), piece);
      } else {
        LOG.warn("piece lost its bytes task={} piece={}", task.id(), piece.number());
      }
    }
  }

  private static boolean matches(DiskTask task, Piece piece) {
    try {
      Digest crc = task.content().crc32(new ByteRange(piece.offset(), piece.length()));
      return piece.digest().isPresent() && piece.digest().get().equals(crc);
    } catch (IOException e) {
      return false;
    }
  }

  private static void findLooseBlocks(DiskTask task) throws IOException {
    if (task.layout().isEmpty() || task.isComplete()) {
      return;
    }
    PieceLayout layout = task.layout().get();
    if (layout.contentLength().isEmpty()) {
      return;
    }
    ByteBuffer buffer = ByteBuffer.allocate(layout.blockLength());
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      if (task.marks().hasPiece(piece)) {
        continue;
      }
      long first = layout.firstBlock(piece);
      for (long block = first; block < first + layout.blocksIn(piece); block++) {
        if (task.marks().digests.covers(block, 1)) {
          check(task, layout, block, buffer);
        }
      }
    }
  }

  private static void check(DiskTask task, PieceLayout layout, long block, ByteBuffer buffer)
      throws IOException {
    ByteRange range = layout.block(block);
    buffer.clear();
    task.content().read(range.start(), buffer, (int) range.length());
    if (task.marks().digests.matches(block, buffer.flip())) {
      task.marks().markBlock(block);
    }
  }
}
