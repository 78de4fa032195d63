package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.storage.wire.JournalRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A stored task that belongs to no store and shows who uses it. What it keeps it keeps as the real
 * one does, because it is one: a fake that agreed to more than the store would hide faults.
 */
public final class MemoryTask implements StoredTask {
  private static final DiskExecutor DISK = new DiskExecutor(2, 1024, "memory-task");

  private final ManualTime time = new ManualTime();
  private final DiskTask real;
  private final AtomicInteger listeners = new AtomicInteger();
  private final AtomicInteger uses = new AtomicInteger();
  private final Semaphore listened = new Semaphore(0);
  private volatile @Nullable DragonflyException putFailure;

  /** An empty task; its files are made in a new folder in this one. */
  public MemoryTask(TaskId id, TaskSpec spec, Path folder) {
    try {
      Path own = Files.createTempDirectory(folder, id.value().substring(0, 8));
      OpenFiles files = new OpenFiles(8, FileOpener.DISK);
      StoreParts parts = new StoreParts(own, DISK, files, path -> Long.MAX_VALUE, time, "boot");
      List<JournalRecord> head = List.of(new JournalRecord.Boot("boot"));
      Journal journal = Journal.unwritten(own.resolve("journal"), files, head);
      this.real = new DiskTask(id, spec, parts, own.resolve("content"), journal);
      Files.createFile(own.resolve("content"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A task of this content and piece length, without any piece. */
  public static MemoryTask ofLength(TaskId id, long pieceLength, long length, Path folder) {
    MemoryTask task = new MemoryTask(id, TaskSpec.ofUrl("http://origin.test/file"), folder);
    task.learn(
        new TaskFacts(
            OptionalLong.of(length),
            OptionalLong.of(pieceLength),
            Map.of("etag", "\"1\""),
            Optional.empty(),
            List.of()),
        Teller.SOURCE);
    return task;
  }

  /** A complete task. */
  public static MemoryTask complete(TaskId id, long pieceLength, byte[] content, Path folder) {
    MemoryTask task = ofLength(id, pieceLength, content.length, folder);
    for (int i = 0; i < task.layout().orElseThrow().pieceCount(); i++) {
      task.addPiece(i, content);
    }
    return task;
  }

  /** Puts all blocks of a piece, cut from the whole content, and finishes it a second later. */
  public Piece addPiece(int number, byte[] content) {
    time.advance(Duration.ofSeconds(1));
    PieceLayout layout = layout().orElseThrow();
    long first = layout.firstBlock(number);
    for (long block = first; block < first + layout.blocksIn(number); block++) {
      ByteRange range = layout.block(block);
      putFromSource(
          block,
          BlockLease.unpooled(
              ByteBuffer.wrap(content, Math.toIntExact(range.start()), (int) range.length())));
    }
    return finishPiece(number, Optional.empty(), Piece.Traffic.BACK_TO_SOURCE, Optional.empty(), 0);
  }

  /** Blocks from parents cannot be kept from now on. */
  public void failPuts(DragonflyException failure) {
    putFailure = failure;
  }

  /** Tells the listeners that the task was deleted. */
  public void delete() {
    real.tellDeleted();
  }

  /** How many listeners there are now. */
  public int listenerCount() {
    return listeners.get();
  }

  /** Waits until somebody has begun to listen since the last call; fails after 10 s. */
  public void awaitListener() throws InterruptedException {
    if (!listened.tryAcquire(10, TimeUnit.SECONDS)) {
      throw new AssertionError("nobody listens to task " + id());
    }
  }

  /** How many uses are open now. */
  public int useCount() {
    return uses.get();
  }

  @Override
  public TaskId id() {
    return real.id();
  }

  @Override
  public TaskSpec spec() {
    return real.spec();
  }

  @Override
  public TaskFacts facts() {
    return real.facts();
  }

  @Override
  public Learnt learn(TaskFacts told, Teller by) {
    return real.learn(told, by);
  }

  @Override
  public Optional<PieceLayout> layout() {
    return real.layout();
  }

  @Override
  public PieceBitmap pieces() {
    return real.pieces();
  }

  @Override
  public Optional<Piece> piece(int number) {
    return real.piece(number);
  }

  @Override
  public boolean hasBlock(long block) {
    return real.hasBlock(block);
  }

  @Override
  public boolean isComplete() {
    return real.isComplete();
  }

  @Override
  public RunOutcome addRun(SignedRun verified) {
    return real.addRun(verified);
  }

  @Override
  public List<SignedRun> runsOf(int piece) {
    return real.runsOf(piece);
  }

  @Override
  public boolean coversPiece(int piece) {
    return real.coversPiece(piece);
  }

  @Override
  public void putVerified(long block, BlockLease data) {
    if (putFailure != null) {
      data.close();
      throw putFailure;
    }
    real.putVerified(block, data);
  }

  @Override
  public CompletableFuture<Void> putVerifiedLater(long block, BlockLease data) {
    return real.putVerifiedLater(block, data);
  }

  @Override
  public byte[] putFromSource(long block, BlockLease data) {
    return real.putFromSource(block, data);
  }

  @Override
  public void putUnsigned(long block, BlockLease data) {
    real.putUnsigned(block, data);
  }

  @Override
  public Piece finishPiece(
      int number,
      Optional<Digest> expected,
      Piece.Traffic traffic,
      Optional<String> parentId,
      long costNanos) {
    return real.finishPiece(number, expected, traffic, parentId, costNanos);
  }

  @Override
  public int read(long offset, ByteBuffer target) {
    return real.read(offset, target);
  }

  @Override
  public Path contentFile() {
    return real.contentFile();
  }

  @Override
  public void expectDigest(Digest.Algorithm algorithm) {
    real.expectDigest(algorithm);
  }

  @Override
  public Digest digest(Digest.Algorithm algorithm) {
    return real.digest(algorithm);
  }

  @Override
  public Optional<Digest> knownDigest(Digest.Algorithm algorithm) {
    return real.knownDigest(algorithm);
  }

  @Override
  public Subscription listen(Listener listener) {
    Subscription subscription = real.listen(listener);
    listeners.incrementAndGet();
    listened.release();
    return () -> {
      subscription.close();
      listeners.decrementAndGet();
    };
  }

  @Override
  public Subscription use() {
    uses.incrementAndGet();
    return uses::decrementAndGet;
  }
}
