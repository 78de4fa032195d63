package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
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
 * The real task in a folder of its own, that belongs to no store, shows who uses it and can fail.
 * It is the real one because a fake that agreed to more than that would hide faults, and one that
 * agreed to no more would be as long.
 */
public final class MemoryTask extends DiskTask {
  private static final DiskExecutor DISK = new DiskExecutor(2, 1024, "memory-task");

  private final ManualTime time;
  private final AtomicInteger listeners = new AtomicInteger();
  private final AtomicInteger uses = new AtomicInteger();
  private final Semaphore listened = new Semaphore(0);
  private volatile @Nullable DragonflyException putFailure;

  /** An empty task; its files are made in a new folder in this one. */
  public MemoryTask(TaskId id, TaskSpec spec, Path folder) {
    this(id, spec, new ManualTime(), ownFolder(id, folder), new OpenFiles(8, FileOpener.DISK));
  }

  private MemoryTask(TaskId id, TaskSpec spec, ManualTime time, Path own, OpenFiles files) {
    super(
        id,
        spec,
        new StoreParts(own, DISK, files, path -> Long.MAX_VALUE, time, "boot"),
        own.resolve("content"),
        Journal.unwritten(own.resolve("journal"), files, List.of(new JournalRecord.Boot("boot"))));
    this.time = time;
  }

  private static Path ownFolder(TaskId id, Path folder) {
    try {
      Path own = Files.createTempDirectory(folder, id.value().substring(0, 8));
      Files.createFile(own.resolve("content"));
      return own;
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
    for (long block = layout.firstBlock(number); block < layout.endBlock(number); block++) {
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

  /** Its files are gone, and its listeners hear of it. */
  public void delete() {
    DISK.call(() -> {
      files.remove();
      return this;
    });
    tellDeleted();
  }

  /** See {@link TaskStore#forgetIfEmpty}. */
  boolean isForgotten() {
    return DISK.call(this::forget);
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
  public CompletableFuture<Void> beginVerified(long block, BlockLease data) {
    if (putFailure != null) {
      data.close();
      return CompletableFuture.failedFuture(putFailure);
    }
    return super.beginVerified(block, data);
  }

  @Override
  public Subscription listen(Listener listener) {
    Subscription subscription = super.listen(listener);
    listeners.incrementAndGet();
    listened.release();
    return () -> {
      subscription.close();
      listeners.decrementAndGet();
    };
  }

  @Override
  public Subscription use() {
    Subscription use = super.use();
    uses.incrementAndGet();
    return () -> {
      use.close();
      uses.decrementAndGet();
    };
  }
}
