package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.BlockDigests;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.SignedRun;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task in files. Content is written before the journal says so; see {@link TaskLoader} for what
 * is believed after a crash. What is known is guarded by {@link Marks}; facts change under this
 * object's monitor; listeners are told without it.
 */
final class DiskTask implements StoredTask {
  private static final Logger LOG = LoggerFactory.getLogger(DiskTask.class);

  private final TaskId id;
  private final TaskSpec spec;
  private final StoreParts parts;
  private final TaskContent content;
  private final Journal journal;
  private final Marks marks = new Marks();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicInteger users = new AtomicInteger();
  private volatile TaskFacts facts = TaskFacts.NONE;
  private volatile Optional<PieceLayout> layout = Optional.empty();
  private volatile boolean deleted;
  private volatile long lastUsedNanos;

  DiskTask(TaskId id, TaskSpec spec, StoreParts parts, Path file, Journal journal) {
    this.id = id;
    this.spec = spec.withRequestHeader(Map.of());
    this.parts = parts;
    this.content = new TaskContent(id, file, parts);
    this.journal = journal;
    this.lastUsedNanos = parts.time().nanos();
  }

  @Override
  public TaskId id() {
    return id;
  }

  @Override
  public TaskSpec spec() {
    return spec;
  }

  @Override
  public TaskFacts facts() {
    return facts;
  }

  @Override
  public void learn(TaskFacts more) {
    boolean changed;
    synchronized (this) {
      TaskFacts merged = facts.merge(more);
      changed = !merged.equals(facts);
      if (!changed && !contradicts(more)) {
        return;
      }
      if (contradicts(more)) {
        throw new DragonflyException(
            ErrorCode.SOURCE_CHANGED,
            "task %s has content length %s and piece length %s, told were %s and %s: the content changed at its source; ask for it again"
                .formatted(
                    id,
                    facts.contentLength(),
                    facts.pieceLength(),
                    more.contentLength(),
                    more.pieceLength()));
      }
      boolean sized = facts.contentLength().isEmpty() && merged.contentLength().isPresent();
      parts.disk().call(() -> takeOver(merged, sized));
    }
    listeners.forEach(listener -> listener.factsChanged(facts));
  }

  private boolean contradicts(TaskFacts more) {
    boolean content =
        facts.contentLength().isPresent()
            && more.contentLength().isPresent()
            && !facts.contentLength().equals(more.contentLength());
    boolean piece =
        facts.pieceLength().isPresent()
            && more.pieceLength().isPresent()
            && !facts.pieceLength().equals(more.pieceLength());
    return content || piece;
  }

  private Void takeOver(TaskFacts merged, boolean sized) throws IOException {
    if (sized) {
      content.reserve(merged.contentLength().getAsLong());
    }
    journal.append(new JournalRecord.Facts(merged));
    restoreFacts(merged);
    return null;
  }

  /** Sets what is known, without writing it down. */
  void restoreFacts(TaskFacts known) {
    if (known.pieceLength().isPresent()) {
      layout = Optional.of(new PieceLayout(known.pieceLength().getAsLong(), known.contentLength()));
    }
    facts = known;
  }

  Marks marks() {
    return marks;
  }

  TaskContent content() {
    return content;
  }

  @Override
  public Optional<PieceLayout> layout() {
    return layout;
  }

  private PieceLayout known() {
    return layout.orElseThrow(() ->
        new DragonflyException(ErrorCode.FAILED_PRECONDITION, "task " + id + " has no layout yet"));
  }

  @Override
  public PieceBitmap pieces() {
    return marks.pieces();
  }

  @Override
  public Optional<Piece> piece(int number) {
    return marks.piece(number);
  }

  @Override
  public boolean hasBlock(long block) {
    return marks.hasBlock(block);
  }

  @Override
  public boolean isComplete() {
    Optional<PieceLayout> cut = layout;
    return cut.isPresent()
        && cut.get().contentLength().isPresent()
        && marks.pieceCount() == cut.get().pieceCount();
  }

  @Override
  public void addRun(SignedRun verified) {
    if (marks.addRun(verified)) {
      write(new JournalRecord.Run(verified));
    }
  }

  @Override
  public List<SignedRun> runsOf(int piece) {
    PieceLayout cut = known();
    long first = cut.firstBlock(piece);
    return marks.runsBetween(first, first + cut.blocksIn(piece));
  }

  @Override
  public boolean coversPiece(int piece) {
    PieceLayout cut = known();
    return marks.digests.covers(cut.firstBlock(piece), cut.blocksIn(piece));
  }

  @Override
  public void putVerified(long block, ByteBuffer data) {
    long start = checkedStart(block, data);
    parts
        .disk()
        .call(() -> {
          if (!marks.digests.matches(block, data)) {
            throw new DragonflyException(
                ErrorCode.DIGEST_MISMATCH,
                "block %d of task %s does not match its signed digest".formatted(block, id));
          }
          content.write(data, start);
          marks.markBlock(block);
          return null;
        });
  }

  @Override
  public byte[] putFromSource(long block, ByteBuffer data) {
    long start = checkedStart(block, data);
    return parts
        .disk()
        .call(() -> {
          byte[] digest = BlockDigests.of(data.duplicate());
          content.write(data, start);
          marks.digests.add(block, digest);
          marks.markBlock(block);
          return digest;
        });
  }

  @Override
  public void putUnsigned(long block, ByteBuffer data) {
    long start = checkedStart(block, data);
    parts
        .disk()
        .call(() -> {
          content.write(data, start);
          marks.stageBlock(block);
          return null;
        });
  }

  /** Where the block lies; its bytes must be a whole block, or the last one of the task. */
  private long checkedStart(long block, ByteBuffer data) {
    PieceLayout cut = known();
    ByteRange range = cut.block(block);
    boolean fits =
        data.remaining() == range.length()
            || cut.contentLength().isEmpty() && data.remaining() < range.length();
    if (!fits || deleted) {
      throw new DragonflyException(
          deleted ? ErrorCode.NOT_FOUND : ErrorCode.INVALID_ARGUMENT,
          deleted
              ? "task " + id + " was deleted"
              : "block %d of task %s has %d bytes (expected %d)"
                  .formatted(block, id, data.remaining(), range.length()));
    }
    return range.start();
  }

  @Override
  public Piece finishPiece(
      int number,
      Optional<Digest> expected,
      Piece.Traffic traffic,
      Optional<String> parentId,
      long costNanos) {
    PieceLayout cut = known();
    if (!marks.allPut(cut, number)) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION, "piece " + number + " of task " + id + " is not complete");
    }
    ByteRange range = cut.piece(number);
    Digest crc = parts.disk().call(() -> content.crc32(range));
    boolean comparable =
        expected.isPresent() && expected.get().algorithm() == Digest.Algorithm.CRC32;
    if (comparable && !expected.get().equals(crc)) {
      marks.dropStaged(cut, number);
      throw new DragonflyException(
          ErrorCode.DIGEST_MISMATCH,
          "piece %d of task %s is %s (expected %s)".formatted(number, id, crc, expected.get()));
    }
    Piece piece =
        new Piece(
            number,
            range.start(),
            range.length(),
            Optional.of(crc),
            traffic,
            parentId,
            Duration.ofNanos(costNanos),
            parts.time().now());
    write(new JournalRecord.Finished(piece));
    if (marks.finish(cut, piece)) {
      listeners.forEach(listener -> listener.pieceFinished(piece));
      if (isComplete()) {
        forceLater();
      }
    }
    return piece;
  }

  /** Once complete, content and journal go to stable storage, beside what the callers do. */
  private void forceLater() {
    parts
        .disk()
        .submit(() -> {
          content.force();
          journal.append(new JournalRecord.Forced());
          journal.force();
          return null;
        })
        .exceptionally(e -> {
          LOG.warn("forcing to disk failed task={}", id, e);
          return null;
        });
  }

  private void write(JournalRecord record) {
    parts
        .disk()
        .call(() -> {
          journal.append(record);
          return null;
        });
  }

  @Override
  public int read(long offset, ByteBuffer target) {
    PieceLayout cut = known();
    long end = marks.verifiedUntil(cut, offset);
    int length = (int) Math.min(target.remaining(), end - offset);
    if (length <= 0) {
      return 0;
    }
    lastUsedNanos = parts.time().nanos();
    return parts.disk().call(() -> content.read(offset, target, length));
  }

  @Override
  public Path contentFile() {
    return content.file();
  }

  @Override
  public Digest digest(Digest.Algorithm algorithm) {
    long length =
        facts
            .contentLength()
            .orElseThrow(() ->
                new DragonflyException(
                    ErrorCode.FAILED_PRECONDITION, "the length of task " + id + " is not known"));
    return parts.disk().call(() -> content.digest(algorithm, length));
  }

  @Override
  public Subscription listen(Listener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public Subscription use() {
    users.incrementAndGet();
    lastUsedNanos = parts.time().nanos();
    return users::decrementAndGet;
  }

  /** When it was last read or used; what eviction will go by. */
  long lastUsedNanos() {
    return lastUsedNanos;
  }

  /** Removes the files; called by the store on a disk thread. */
  void remove() throws IOException {
    deleted = true;
    content.delete();
    parts.files().forget(journal.file());
    Files.deleteIfExists(journal.file());
  }

  void tellDeleted() {
    listeners.forEach(Listener::deleted);
  }
}
