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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A task in files. Content is written before the journal says so; see {@link TaskLoader} for what
 * is believed after a crash. What is there is guarded by {@link BlockMap}, facts by {@link
 * StoredFacts}, the order of writers by {@link PieceTurns}; listeners are told without any lock.
 * Not final, so that tests can watch one.
 */
class DiskTask implements StoredTask {
  private final TaskId id;
  private final TaskSpec spec;
  private final StoreParts parts;
  // What the loader and the comparison bring back is theirs to see.
  final TaskFiles files;
  final BlockMap blocks = new BlockMap();
  final PieceTurns turns = new PieceTurns();
  final StoredFacts known;
  final WholeDigests digests;
  private final TaskRuns runs;
  private final BlockWriter writer;
  private final PieceFinisher finisher;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final TaskUse use = new TaskUse();

  DiskTask(TaskId id, TaskSpec spec, StoreParts parts, Path content, Journal journal) {
    this.id = id;
    this.spec = spec.withRequestHeader(Map.of());
    this.parts = parts;
    DiskSpace space = new DiskSpace(id, parts.dir(), parts.space());
    this.files =
        new TaskFiles(new TaskContent(content, parts.files(), space), journal, space, parts.disk());
    this.known = new StoredFacts(id, files, blocks, turns);
    this.runs = new TaskRuns(files, blocks);
    this.writer = new BlockWriter(id, files, blocks, turns);
    this.finisher = new PieceFinisher(id, files, blocks, turns, parts.time());
    this.digests = new WholeDigests(files, blocks, known);
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
      advance(); // The length may have been the last thing that was missing.
    }
    return outcome;
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
  public BitSet blocks() {
    return blocks.blocks();
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
    return runs.add(cut(), facts().version(), verified);
  }

  @Override
  public List<SignedRun> runsOf(int piece) {
    PieceLayout cut = cut();
    return blocks.runsBetween(cut.firstBlock(piece), cut.endBlock(piece));
  }

  @Override
  public boolean isKept(SignedRun run) {
    return blocks.isKept(run);
  }

  @Override
  public boolean coversBlock(long block) {
    return blocks.digests().covers(block, 1);
  }

  @Override
  public boolean coversPiece(int piece) {
    PieceLayout cut = cut();
    return blocks.digests().covers(cut.firstBlock(piece), cut.blocksIn(piece));
  }

  @Override
  public void putVerified(long block, BlockLease data) {
    files.await(beginVerified(block, data));
  }

  @Override
  public CompletableFuture<Void> beginVerified(long block, BlockLease data) {
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
    return files.await(finish(number, expected, origin));
  }

  @Override
  public CompletableFuture<Piece> beginFinish(
      int number, Piece.Traffic traffic, Optional<String> parentId) {
    return finish(
        number, Optional.empty(), new PieceFinisher.Origin(traffic, parentId, Duration.ZERO));
  }

  /** Told where it was finished, so that listeners hear of it also when the caller has gone. */
  private CompletableFuture<Piece> finish(
      int number, Optional<Digest> expected, PieceFinisher.Origin origin) {
    return finisher
        .finish(cut(), number, expected, origin)
        .thenApply(finished -> {
          finished.ifPresent(this::tellFinished);
          return blocks.piece(number).orElseThrow();
        });
  }

  void tellFinished(PieceFinisher.Finished finished) {
    finished.fresh().stream().forEach(block -> tell(block, true));
    listeners.forEach(listener -> listener.pieceFinished(finished.piece()));
    advance();
  }

  /** Once complete, content and journal go to stable storage, beside what the callers do. */
  private void advance() {
    digests.advance();
    if (isComplete()) {
      files.force().whenComplete((done, failure) -> files.warn("forcing to disk", failure));
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
    return files.call("reading", () -> files.content().read(offset, target, length));
  }

  @Override
  public Path contentFile() {
    return files.content().path();
  }

  @Override
  public void expectDigest(Digest.Algorithm algorithm) {
    digests.expect(algorithm).whenComplete((digest, failure) -> files.warn("hashing", failure));
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
    return use.begin();
  }

  /** Whether it is empty, unused and, from now on, removed; on a disk thread. */
  boolean forget() throws IOException {
    if (files.journal().isWritten() || !use.endUnlessUsed()) {
      return false;
    }
    files.remove(); // Who found it just before fails and asks again.
    return true;
  }

  void tellDeleted() {
    listeners.forEach(Listener::deleted);
  }
}
