package dev.dragonfly.dfdaemon.storage;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task in files. Content is written before the journal says so; see {@link TaskLoader} for what
 * is believed after a crash. What is known is guarded by {@link Marks}, the files by {@link
 * TaskFiles}, changes of facts by a lock; listeners are told without any.
 */
final class DiskTask implements StoredTask {
  private static final Logger LOG = LoggerFactory.getLogger(DiskTask.class);

  private final TaskId id;
  private final TaskSpec spec;
  private final StoreParts parts;
  private final TaskFiles files;
  private final Marks marks = new Marks();
  private final BlockWriter blocks;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicInteger users = new AtomicInteger();
  private final AtomicBoolean hashing = new AtomicBoolean();
  private final Lock learning = new ReentrantLock();
  private volatile TaskFacts facts = TaskFacts.NONE;
  private volatile Optional<PieceLayout> layout = Optional.empty();
  private volatile Optional<PrefixDigest> prefix = Optional.empty();
  private volatile long lastUsedNanos;

  DiskTask(TaskId id, TaskSpec spec, StoreParts parts, Path content, Journal journal) {
    this.id = id;
    this.spec = spec.withRequestHeader(Map.of());
    this.parts = parts;
    Room room = new Room(id, Objects.requireNonNull(content.getParent()), parts.space());
    this.files =
        new TaskFiles(new TaskContent(content, parts.files(), room), journal, room, parts.disk());
    this.blocks = new BlockWriter(id, files, marks);
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
    learning.lock();
    try {
      checkNotContradicted(more);
      TaskFacts merged = facts.merge(more);
      if (merged.equals(facts)) {
        return;
      }
      files.shared("keeping facts", () -> takeOver(merged));
    } finally {
      learning.unlock();
    }
    listeners.forEach(listener -> listener.factsChanged(facts));
    if (isComplete()) {
      forceLater(); // The length was the last thing that was missing.
    }
  }

  private void checkNotContradicted(TaskFacts more) {
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
    if (otherContent || otherPiece || tooShort) {
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
  }

  private void takeOver(TaskFacts merged) throws IOException {
    if (facts.contentLength().isEmpty() && merged.contentLength().isPresent()) {
      files.content().reserve(merged.contentLength().getAsLong());
    }
    files.journal().append(new JournalRecord.Facts(merged));
    restoreFacts(merged);
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

  TaskFiles files() {
    return files;
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
      files.shared(
          "keeping digests",
          () -> {
            files.journal().append(new JournalRecord.Run(verified));
          });
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
    blocks.putVerified(known(), block, data);
    listeners.forEach(Listener::blockReadable);
  }

  @Override
  public byte[] putFromSource(long block, ByteBuffer data) {
    byte[] toSign = blocks.putFromSource(known(), block, data);
    listeners.forEach(Listener::blockReadable);
    return toSign;
  }

  @Override
  public void putUnsigned(long block, ByteBuffer data) {
    blocks.putUnsigned(known(), block, data);
  }

  @Override
  public Piece finishPiece(
      int number,
      Optional<Digest> expected,
      Piece.Traffic traffic,
      Optional<String> parentId,
      long costNanos) {
    PieceLayout cut = known();
    TaskFiles.Action<Optional<Piece>> finish =
        () -> {
          Digest crc = checkedDigest(cut, number, expected);
          Piece piece = describe(cut.piece(number), number, crc, traffic, parentId, costNanos);
          files.journal().append(new JournalRecord.Finished(piece));
          return marks.finish(cut, piece) ? Optional.of(piece) : Optional.empty();
        };
    Optional<Piece> known = marks.piece(number);
    if (known.isPresent()) {
      return known.get();
    }
    Optional<Piece> fresh =
        marks.hasStaged(cut, number)
            ? files.alone("finishing a piece", finish)
            : files.shared("finishing a piece", finish);
    if (fresh.isPresent()) {
      tellFinished(fresh.get());
    }
    return marks.piece(number).orElseThrow();
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

  private Piece describe(
      ByteRange range,
      int number,
      Digest crc,
      Piece.Traffic traffic,
      Optional<String> parentId,
      long costNanos) {
    return new Piece(
        number,
        range.start(),
        range.length(),
        Optional.of(crc),
        traffic,
        parentId,
        Duration.ofNanos(costNanos),
        parts.time().now());
  }

  private void tellFinished(Piece piece) {
    listeners.forEach(listener -> listener.pieceFinished(piece));
    if (isComplete()) {
      forceLater();
    } else if (piece.traffic() == Piece.Traffic.BACK_TO_SOURCE) {
      hashAhead();
    }
  }

  /** Once complete, content and journal go to stable storage, beside what the callers do. */
  private void forceLater() {
    files
        .later(
            "forcing to disk",
            () -> {
              files.content().force();
              files.journal().append(new JournalRecord.Forced());
              files.journal().force();
            })
        .whenComplete((done, failure) -> logUnlessDeleted("forcing to disk", failure));
  }

  /** Who reads the source checks the whole in the end; most of that can be done before. */
  private void hashAhead() {
    Optional<Digest> expected = facts.digest();
    boolean computable =
        expected.isPresent()
            && (expected.get().algorithm() == Digest.Algorithm.SHA256
                || expected.get().algorithm() == Digest.Algorithm.SHA512);
    if (!computable || !hashing.compareAndSet(false, true)) {
      return;
    }
    if (prefix.isEmpty()) {
      prefix = Optional.of(new PrefixDigest(expected.get().algorithm(), files.content()));
    }
    PrefixDigest ahead = prefix.get();
    files
        .later("hashing", () -> ahead.advance(marks.verifiedUntil(known(), 0)))
        .whenComplete((position, failure) -> {
          hashing.set(false);
          logUnlessDeleted("hashing", failure);
        });
  }

  private void logUnlessDeleted(String tried, @Nullable Throwable failure) {
    if (failure != null && !files.isRemoved()) {
      LOG.warn("{} failed task={}", tried, id, failure);
    }
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
    return files.shared("reading", () -> files.content().read(offset, target, length));
  }

  @Override
  public Path contentFile() {
    return files.content().file();
  }

  @Override
  public Digest digest(Digest.Algorithm algorithm) {
    long length =
        facts
            .contentLength()
            .orElseThrow(() ->
                new DragonflyException(
                    ErrorCode.FAILED_PRECONDITION,
                    "the length of task " + id + " is not known, so its digest is not"));
    return files.shared("hashing", () -> digest(algorithm, length));
  }

  private Digest digest(Digest.Algorithm algorithm, long length) throws IOException {
    Optional<PrefixDigest> ahead = prefix.filter(p -> p.algorithm() == algorithm);
    if (ahead.isPresent() && marks.verifiedUntil(known(), 0) >= length) {
      return ahead.get().finish(length);
    }
    return files.content().digest(algorithm, new ByteRange(0, length));
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
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        users.decrementAndGet();
      }
    };
  }

  /** Whether somebody sends or reads it now. */
  boolean isUsed() {
    return users.get() > 0;
  }

  /** When it was last read or used; what eviction will go by. */
  long lastUsedNanos() {
    return lastUsedNanos;
  }

  void tellDeleted() {
    listeners.forEach(Listener::deleted);
  }
}
