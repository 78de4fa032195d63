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
import dev.dragonfly.dfdaemon.storage.wire.JournalRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
 * is believed after a crash. What is there is guarded by {@link BlockMap}, facts by {@link
 * StoredFacts}, the order of writers by {@link PieceTurns}; listeners are told without any lock.
 */
final class DiskTask implements StoredTask {
  private static final Logger LOG = LoggerFactory.getLogger(DiskTask.class);
  private static final int FORGOTTEN = -1;

  private final TaskId id;
  private final TaskSpec spec;
  private final StoreParts parts;
  private final TaskFiles files;
  private final BlockMap blocks = new BlockMap();
  private final PieceTurns turns = new PieceTurns();
  private final StoredFacts known;
  private final BlockWriter writer;
  private final PieceFinisher finisher;
  private final WholeDigests digests;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  // Open uses, or FORGOTTEN.
  private final AtomicInteger users = new AtomicInteger();
  private volatile long lastUsedNanos;

  DiskTask(TaskId id, TaskSpec spec, StoreParts parts, Path content, Journal journal) {
    this.id = id;
    this.spec = spec.withRequestHeader(Map.of());
    this.parts = parts;
    DiskSpace space = new DiskSpace(id, parts.dir(), parts.space());
    this.files =
        new TaskFiles(new TaskContent(content, parts.files(), space), journal, space, parts.disk());
    this.known = new StoredFacts(id, files, blocks, turns);
    this.writer = new BlockWriter(id, files, blocks, turns);
    this.finisher = new PieceFinisher(id, files, blocks, turns, parts.time());
    this.digests =
        new WholeDigests(
            files,
            () -> layout().map(cut -> blocks.verifiedUntil(cut, 0)).orElse(0L),
            () -> facts().contentLength().stream().boxed().findFirst());
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
    return known.facts();
  }

  @Override
  public Learnt learn(TaskFacts told, Teller by) {
    Learnt outcome = known.learn(told, by);
    if (outcome == Learnt.LEARNT) {
      TaskFacts now = known.facts();
      listeners.forEach(listener -> listener.factsChanged(now));
      digests.advance();
      if (isComplete()) {
        forceLater(); // The length was the last thing that was missing.
      }
    }
    return outcome;
  }

  StoredFacts known() {
    return known;
  }

  BlockMap blocks() {
    return blocks;
  }

  PieceTurns turns() {
    return turns;
  }

  TaskFiles files() {
    return files;
  }

  WholeDigests digests() {
    return digests;
  }

  @Override
  public Optional<PieceLayout> layout() {
    return known.layout();
  }

  private PieceLayout cut() {
    return layout().orElseThrow(this::withoutLayout);
  }

  private DragonflyException withoutLayout() {
    return new DragonflyException(
        ErrorCode.FAILED_PRECONDITION, "task " + id + " has no layout yet");
  }

  @Override
  public PieceBitmap pieces() {
    return blocks.pieces();
  }

  @Override
  public Optional<Piece> piece(int number) {
    return blocks.piece(number);
  }

  @Override
  public boolean hasBlock(long block) {
    return blocks.hasBlock(block);
  }

  @Override
  public boolean isComplete() {
    Optional<PieceLayout> cut = layout();
    return cut.isPresent()
        && cut.get().contentLength().isPresent()
        && blocks.pieceCount() == cut.get().pieceCount();
  }

  @Override
  public RunOutcome addRun(SignedRun verified) {
    PieceLayout cut = cut();
    if (verified.blockLength() != cut.blockLength()
        || !cut.hasBlocks(verified.firstBlock(), verified.blockCount())) {
      return RunOutcome.CONTRADICTED;
    }
    RunOutcome outcome = blocks.addRun(verified, facts().version());
    if (outcome == RunOutcome.NEW) {
      files.run("keeping digests", () -> files.journal().append(new JournalRecord.Run(verified)));
    }
    return outcome;
  }

  @Override
  public List<SignedRun> runsOf(int piece) {
    PieceLayout cut = cut();
    long first = cut.firstBlock(piece);
    return blocks.runsBetween(first, first + cut.blocksIn(piece));
  }

  @Override
  public boolean coversPiece(int piece) {
    PieceLayout cut = cut();
    return blocks.digests().covers(cut.firstBlock(piece), cut.blocksIn(piece));
  }

  @Override
  public void putVerified(long block, BlockLease data) {
    files.await(putVerifiedLater(block, data));
  }

  @Override
  public CompletableFuture<Void> putVerifiedLater(long block, BlockLease data) {
    return writer.putVerified(cutFor(data), block, data).thenAccept(fresh -> tell(block, fresh));
  }

  @Override
  public byte[] putFromSource(long block, BlockLease data) {
    return files.await(
        writer
            .putFromSource(cutFor(data), block, data)
            .thenApply(put -> {
              tell(block, put.fresh());
              return put.digest();
            }));
  }

  @Override
  public void putUnsigned(long block, BlockLease data) {
    files.await(writer.putUnsigned(cutFor(data), block, data));
  }

  /** Who gave the lease away does not look at it again, also when there is no cut. */
  private PieceLayout cutFor(BlockLease data) {
    return layout()
        .orElseThrow(() -> {
          data.close();
          return withoutLayout();
        });
  }

  private void tell(long block, boolean fresh) {
    if (fresh) {
      listeners.forEach(listener -> listener.blockReadable(block));
    }
  }

  @Override
  public Piece finishPiece(
      int number,
      Optional<Digest> expected,
      Piece.Traffic traffic,
      Optional<String> parentId,
      long costNanos) {
    Optional<Piece> there = blocks.piece(number);
    if (there.isPresent()) {
      return there.get();
    }
    PieceFinisher.Origin origin =
        new PieceFinisher.Origin(traffic, parentId, Duration.ofNanos(costNanos));
    // Told where it was finished, so that listeners hear of it also when the caller has gone.
    files.await(
        finisher
            .finish(cut(), number, expected, origin)
            .thenAccept(finished -> finished.ifPresent(this::tellFinished)));
    return blocks.piece(number).orElseThrow();
  }

  void tellFinished(PieceFinisher.Finished finished) {
    finished.fresh().stream().forEach(block -> tell(block, true));
    listeners.forEach(listener -> listener.pieceFinished(finished.piece()));
    digests.advance();
    if (isComplete()) {
      forceLater();
    }
  }

  /** Once complete, content and journal go to stable storage, beside what the callers do. */
  private void forceLater() {
    files
        .bulk(
            "forcing to disk",
            () -> {
              files.content().force();
              files.journal().append(new JournalRecord.Forced());
              files.journal().force();
              files.content().seal();
              return false;
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
    PieceLayout cut = cut();
    long end = blocks.verifiedUntil(cut, offset);
    int length = (int) Math.min(target.remaining(), end - offset);
    if (length <= 0) {
      return 0;
    }
    lastUsedNanos = parts.time().nanos();
    return files.call("reading", () -> files.content().read(offset, target, length));
  }

  @Override
  public Path contentFile() {
    return files.content().path();
  }

  @Override
  public void expectDigest(Digest.Algorithm algorithm) {
    digests
        .expect(algorithm)
        .whenComplete((digest, failure) -> logUnlessDeleted("hashing", failure));
  }

  @Override
  public Digest digest(Digest.Algorithm algorithm) {
    long length = facts().contentLength().orElse(Long.MAX_VALUE);
    if (length > 0 && blocks.verifiedUntil(cut(), 0) < length) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          "not all bytes of task " + id + " are there, so its digest is not known");
    }
    return parts.disk().awaitBulk(digests.expect(algorithm));
  }

  @Override
  public Optional<Digest> knownDigest(Digest.Algorithm algorithm) {
    return digests.known(algorithm);
  }

  @Override
  public Subscription listen(Listener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public Subscription use() {
    users.updateAndGet(count -> count == FORGOTTEN ? FORGOTTEN : count + 1);
    lastUsedNanos = parts.time().nanos();
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        users.updateAndGet(count -> count == FORGOTTEN ? FORGOTTEN : count - 1);
      }
    };
  }

  /** Whether somebody sends or reads it now. */
  boolean isUsed() {
    return users.get() > 0;
  }

  /** Whether it is empty, unused and, from now on, removed; on a disk thread. */
  boolean forget() throws IOException {
    if (files.journal().isWritten() || !users.compareAndSet(0, FORGOTTEN)) {
      return false;
    }
    files.remove(); // Who found it just before fails and asks again.
    return true;
  }

  /** When it was last read or used; what eviction will go by. */
  long lastUsedNanos() {
    return lastUsedNanos;
  }

  void tellDeleted() {
    listeners.forEach(Listener::deleted);
  }
}
