package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task in files. Content is written before the journal says so; see {@link TaskLoader} for what
 * is believed after a crash. What is known is guarded by {@link Marks}, the files by {@link
 * TaskFiles}, facts by {@link Knowledge}; listeners are told without any lock.
 */
final class DiskTask implements StoredTask {
  private static final Logger LOG = LoggerFactory.getLogger(DiskTask.class);

  private final TaskId id;
  private final TaskSpec spec;
  private final StoreParts parts;
  private final TaskFiles files;
  private final Marks marks = new Marks();
  private final Knowledge knowledge;
  private final BlockWriter blocks;
  private final PieceFinisher finisher;
  private final WholeDigest whole;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicInteger users = new AtomicInteger();
  private volatile long lastUsedNanos;

  DiskTask(TaskId id, TaskSpec spec, StoreParts parts, Path content, Journal journal) {
    this.id = id;
    this.spec = spec.withRequestHeader(Map.of());
    this.parts = parts;
    Room room = new Room(id, Objects.requireNonNull(content.getParent()), parts.space());
    this.files =
        new TaskFiles(new TaskContent(content, parts.files(), room), journal, room, parts.disk());
    this.knowledge = new Knowledge(id, files, marks);
    this.blocks = new BlockWriter(id, files, marks);
    this.finisher = new PieceFinisher(id, files, marks, parts.time());
    this.whole = new WholeDigest(files);
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
    return knowledge.facts();
  }

  @Override
  public Learnt learn(TaskFacts told, Teller by) {
    Learnt outcome = knowledge.learn(told, by);
    if (outcome != Learnt.LEARNT) {
      return outcome;
    }
    TaskFacts now = knowledge.facts();
    listeners.forEach(listener -> listener.factsChanged(now));
    if (isComplete()) {
      forceLater(); // The length was the last thing that was missing.
    }
    return outcome;
  }

  /** Sets what is known, without writing it down. */
  void restoreFacts(TaskFacts known) {
    knowledge.restore(known);
  }

  Marks marks() {
    return marks;
  }

  TaskFiles files() {
    return files;
  }

  @Override
  public Optional<PieceLayout> layout() {
    return knowledge.layout();
  }

  private PieceLayout known() {
    return layout()
        .orElseThrow(() ->
            new DragonflyException(
                ErrorCode.FAILED_PRECONDITION, "task " + id + " has no layout yet"));
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
    Optional<PieceLayout> cut = layout();
    return cut.isPresent()
        && cut.get().contentLength().isPresent()
        && marks.pieceCount() == cut.get().pieceCount();
  }

  @Override
  public RunOutcome addRun(SignedRun verified) {
    boolean fresh = marks.addRun(verified);
    if (fresh) {
      files.shared(
          "keeping digests",
          () -> {
            files.journal().append(new JournalRecord.Run(verified));
          });
    }
    return fresh ? RunOutcome.NEW : RunOutcome.KNOWN;
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
  public void putVerified(long block, BlockLease data) {
    try (data) {
      blocks.putVerified(known(), block, data.buffer());
    }
    listeners.forEach(listener -> listener.blockReadable(block));
  }

  @Override
  public CompletableFuture<Void> putVerifiedLater(long block, BlockLease data) {
    return CompletableFuture.runAsync(() -> putVerified(block, data));
  }

  @Override
  public byte[] putFromSource(long block, BlockLease data) {
    byte[] toSign;
    try (data) {
      toSign = blocks.putFromSource(known(), block, data.buffer());
    }
    listeners.forEach(listener -> listener.blockReadable(block));
    return toSign;
  }

  @Override
  public void putUnsigned(long block, BlockLease data) {
    try (data) {
      blocks.putUnsigned(known(), block, data.buffer());
    }
  }

  @Override
  public Piece finishPiece(
      int number,
      Optional<Digest> expected,
      Piece.Traffic traffic,
      Optional<String> parentId,
      long costNanos) {
    Optional<Piece> known = marks.piece(number);
    if (known.isPresent()) {
      return known.get();
    }
    Optional<Piece> fresh =
        finisher.finish(
            known(),
            number,
            expected,
            new PieceFinisher.Origin(traffic, parentId, Duration.ofNanos(costNanos)));
    if (fresh.isPresent()) {
      tellFinished(fresh.get());
    }
    return marks.piece(number).orElseThrow();
  }

  private void tellFinished(Piece piece) {
    listeners.forEach(listener -> listener.pieceFinished(piece));
    if (isComplete()) {
      forceLater();
    } else if (piece.traffic() == Piece.Traffic.BACK_TO_SOURCE && facts().digest().isPresent()) {
      whole
          .advance(facts().digest().get().algorithm(), marks.verifiedUntil(known(), 0))
          .whenComplete((done, failure) -> logUnlessDeleted("hashing", failure));
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
        facts()
            .contentLength()
            .orElseThrow(() ->
                new DragonflyException(
                    ErrorCode.FAILED_PRECONDITION,
                    "the length of task " + id + " is not known, so its digest is not"));
    return whole.of(algorithm, length, marks.verifiedUntil(known(), 0) >= length);
  }

  @Override
  public void expectDigest(Digest.Algorithm algorithm) {}

  @Override
  public Optional<Digest> knownDigest(Digest.Algorithm algorithm) {
    return Optional.empty();
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
