package dev.dragonfly.dfdaemon.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.piece.BlockDigests;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A store in a folder that can be killed and opened again, after another start of the machine too.
 */
final class StoreFixture implements AutoCloseable {
  static final TaskId ID = new TaskId("ab".repeat(32));
  static final TaskSpec SPEC =
      TaskSpec.ofUrl("http://origin.test/file?x=1")
          .withRequestHeader(Map.of("authorization", "secret"));
  private static final int DISK_THREADS = 3;
  private static final int BULK_THREADS = 2;
  static final SourceOrigin ORIGIN = SourceOrigin.of(SPEC.url());
  static final RunSigner SIGNER = RunSigner.create();

  final ManualTime time = new ManualTime();
  final FlakyDisk flaky = new FlakyDisk();
  final DiskExecutor disk;
  private final Path dir;
  private String bootId = "boot-0";
  private long room = Long.MAX_VALUE;
  private DiskTaskStore store;

  StoreFixture(Path dir) {
    this(dir, Duration.ofSeconds(30));
  }

  /**
   * @param diskWait after which the disk counts as hanging
   */
  StoreFixture(Path dir, Duration diskWait) {
    this.dir = dir;
    this.disk = new DiskExecutor(DISK_THREADS, 64, "test-disk", diskWait);
    this.store = open();
  }

  private DiskTaskStore open() {
    OpenFiles files = new OpenFiles(8, flaky);
    return DiskTaskStore.open(new StoreParts(dir, disk, files, folder -> room, time, bootId));
  }

  DiskTaskStore store() {
    return store;
  }

  StoredTask task() {
    return store.open(ID, SPEC);
  }

  /** The task that the last restart brought back. */
  StoredTask found() {
    return store.find(ID).orElseThrow(() -> new AssertionError("the task was forgotten"));
  }

  void leaveRoomFor(long bytes) {
    room = bytes;
  }

  /** Ends the process: what it wrote is in the page cache. */
  void kill() {
    store.close();
  }

  /** Waits until the disk threads have done what they were given before. */
  void settle() {
    CountDownLatch all = new CountDownLatch(DISK_THREADS + BULK_THREADS);
    for (int i = 0; i < BULK_THREADS; i++) {
      disk.bulk(() -> !meet(all));
    }
    for (int i = 0; i < DISK_THREADS; i++) {
      disk.submit(() -> meet(all));
    }
    try {
      assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean meet(CountDownLatch all) throws InterruptedException {
    all.countDown();
    return all.await(10, TimeUnit.SECONDS);
  }

  void restart() {
    store.close();
    store = open();
    // Who asks for a task waits for its comparison.
    store.all().forEach(task -> store.open(task.id(), task.spec()));
  }

  /** The machine starts again; what was not forced may be lost, which the test does itself. */
  void reboot() {
    bootId += "'";
    restart();
  }

  ContentPaths paths() {
    return new ContentPaths(dir);
  }

  Path content() {
    return paths().content(ID, SPEC.kind());
  }

  Path journal() {
    return paths().journal(ID);
  }

  static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static TaskFacts facts(OptionalLong contentLength, long pieceLength, Optional<Digest> digest) {
    return new TaskFacts(
        contentLength, OptionalLong.of(pieceLength), Map.of("etag", "\"1\""), digest, List.of());
  }

  static TaskFacts facts(long contentLength, long pieceLength) {
    return facts(OptionalLong.of(contentLength), pieceLength, Optional.empty());
  }

  static BlockLease block(StoredTask task, long block, byte[] content) {
    ByteRange range = task.layout().orElseThrow().block(block);
    return BlockLease.unpooled(
        ByteBuffer.wrap(content, Math.toIntExact(range.start()), (int) range.length()).slice());
  }

  /** A run over the blocks from {@code first} to before {@code end}. */
  static SignedRun run(StoredTask task, long first, long end, byte[] content) {
    ByteArrayOutputStream digests = new ByteArrayOutputStream();
    for (long block = first; block < end; block++) {
      digests.writeBytes(BlockDigests.of(block(task, block, content).buffer()));
    }
    PieceLayout layout = task.layout().orElseThrow();
    return SIGNER.sign(
        task.id(),
        SourceVersion.NONE,
        ORIGIN,
        layout.blockLength(),
        first,
        digests.toByteArray(),
        layout.contentLength());
  }

  static Piece finish(StoredTask task, int piece) {
    return task.finishPiece(
        piece, Optional.empty(), Piece.Traffic.BACK_TO_SOURCE, Optional.empty(), 7);
  }

  /** Puts and finishes pieces as one that reads the source does, and keeps their run. */
  static void readFromSource(StoredTask task, byte[] content, int... pieces) {
    PieceLayout layout = task.layout().orElseThrow();
    for (int piece : pieces) {
      long first = layout.firstBlock(piece);
      long end = first + layout.blocksIn(piece);
      for (long block = first; block < end; block++) {
        task.putFromSource(block, block(task, block, content));
      }
      task.addRun(run(task, first, end, content));
      finish(task, piece);
    }
  }

  /** Up to {@code length} bytes as far as they can be read. */
  static byte[] read(StoredTask task, long offset, int length) {
    ByteBuffer target = ByteBuffer.allocate(length);
    while (target.hasRemaining() && task.read(offset + target.position(), target) > 0) {
      // Reads on.
    }
    byte[] read = new byte[target.position()];
    target.flip().get(read);
    return read;
  }

  @Override
  public void close() {
    store.close();
    disk.close();
  }
}
