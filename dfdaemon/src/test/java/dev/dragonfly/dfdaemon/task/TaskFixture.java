package dev.dragonfly.dfdaemon.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.backtosource.FakeSource;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import dev.dragonfly.dfdaemon.storage.MemoryTaskStore;
import dev.dragonfly.dfdaemon.swarm.FakeParent;
import dev.dragonfly.dfdaemon.swarm.FakeParents;
import dev.dragonfly.dfdaemon.swarm.SwarmSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A runner of downloads with a fake at each end. The content has four pieces of 1 MiB. */
final class TaskFixture {
  static final int PIECE = 1 << 20;

  /** Who signed what parents have. */
  static final HostId SEED = new HostId("10.0.0.99-seed");

  final byte[] content = new byte[3 * PIECE + 12_345];
  final TaskSpec spec = spec(Optional.empty());
  final TaskId id = TaskIdCalculator.taskId(spec);
  final ManualTime time = new ManualTime();
  final FakeSessions sessions = new FakeSessions();
  final FakeParents parents = new FakeParents();
  final FakeSource source = new FakeSource(content);
  final FakeReports reports = new FakeReports();
  final RunSigner seedSigner = RunSigner.create();
  final MemoryTaskStore store;
  final SingleFlightTaskRunner runner;

  TaskFixture(Path folder) {
    this(folder, new BlockBuffers(32, 1 << 20), DaemonDefaults.CONFIG.download().swarm(), 8);
  }

  /**
   * @param buffers shared by all that parents and sources send
   * @param places downloads that fetch at the same time; as many may wait
   */
  TaskFixture(Path folder, BlockBuffers buffers, SwarmSettings settings, int places) {
    new Random(5).nextBytes(content);
    store = new MemoryTaskStore(folder);
    runner =
        new SingleFlightTaskRunner(
            new DownloadContext(
                new HostId("10.0.0.100-me"),
                new CountedPeerIds(),
                store,
                sessions,
                parents.parts(time, buffers, settings),
                source.reading(RunSigner.create(), time, buffers),
                DaemonDefaults.CONFIG.download().patience(),
                new Admission(places, places),
                reports,
                new Deaf()));
  }

  static TaskSpec spec(Optional<Digest> digest) {
    return new TaskSpec(
        TaskKind.STANDARD,
        "http://origin.test/file",
        digest,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Map.of("Authorization", "Bearer s3cret"),
        OptionalLong.of(PIECE),
        Optional.empty(),
        false);
  }

  /** The content as a blob that is named by its digest. */
  TaskSpec blob() {
    return new TaskSpec(
        TaskKind.STANDARD,
        "http://origin.test/v2/a/blobs/" + sha256(content),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Map.of(),
        OptionalLong.of(PIECE),
        Optional.empty(),
        true);
  }

  static Digest sha256(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new Digest(Digest.Algorithm.SHA256, HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Other bytes of the same length. */
  byte[] otherContent() {
    byte[] other = content.clone();
    other[PIECE + 7]++;
    return other;
  }

  /** The whole of a task, with nothing else set. */
  static DownloadRequest whole(TaskSpec task) {
    return new DownloadRequest(task, Optional.empty(), false, false, 0, Optional.empty());
  }

  RunningDownload run(TaskSpec task) {
    return runner.run(whole(task));
  }

  RunningDownload run() {
    return runner.run(whole(spec));
  }

  /** As a seed that was triggered. */
  RunningDownload runFromSource() {
    return runner.run(
        new DownloadRequest(spec, Optional.empty(), true, false, 0, Optional.empty()));
  }

  RunningDownload run(ByteRange range) {
    return runner.run(
        new DownloadRequest(spec, Optional.of(range), false, false, 0, Optional.empty()));
  }

  RunningDownload run(Duration timeout, boolean disableBackToSource) {
    return runner.run(
        new DownloadRequest(
            spec, Optional.empty(), false, disableBackToSource, 0, Optional.of(timeout)));
  }

  /** A parent that has everything and signs as a known reader of the source. */
  FakeParent parent(int number) {
    return parents.add(new FakeParent(number, false, id, PIECE, content, Optional.of(seedSigner)));
  }

  /** A parent of this task that gives these bytes. */
  FakeParent parent(int number, TaskSpec task, byte[] gives, Optional<RunSigner> signer) {
    TaskId of = TaskIdCalculator.taskId(task);
    FakeParent parent = new FakeParent(number, false, of, PIECE, gives, signer);
    return parents.add(task.idFromBlobDigest() ? parent.ofVersion(SourceVersion.NONE) : parent);
  }

  /** What a scheduler knows of the content. */
  TaskFacts facts() {
    return new TaskFacts(
        OptionalLong.of(content.length),
        OptionalLong.of(PIECE),
        Map.of("etag", "\"1\""),
        Optional.empty(),
        List.of(ReaderKey.of(SEED.value(), seedSigner.publicKey())));
  }

  /**
   * Moves the clock in steps until the condition holds; between the steps the recipe, which looks
   * at least every 200 ms, may act. For what begins at a moment that the test cannot see.
   */
  void advanceUntil(BooleanSupplier condition, Duration step) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
      time.advance(step);
      assertThat(never.await(10, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(condition.getAsBoolean()).as("what the test waits for").isTrue();
  }

  /** Waits for the end and compares every byte. */
  void assertWhole(RunningDownload download) throws Exception {
    download.done().get(20, TimeUnit.SECONDS);
    assertThat(download.stored().isComplete()).isTrue();
    assertThat(bytes(download, 0, content.length)).isEqualTo(content);
  }

  static byte[] bytes(RunningDownload download, long offset, int length) {
    ByteBuffer all = ByteBuffer.allocate(length);
    while (all.hasRemaining() && download.stored().read(offset + all.position(), all) > 0) {
      // Reads on.
    }
    return all.array();
  }

  /** Waits for the end, which must be a failure. */
  static DragonflyException failure(RunningDownload download) {
    ExecutionException e =
        catchThrowableOfType(
            ExecutionException.class, () -> download.done().get(20, TimeUnit.SECONDS));
    if (e == null || !(e.getCause() instanceof DragonflyException failure)) {
      throw new AssertionError("the download did not fail as it should", e);
    }
    return failure;
  }

  private static final class CountedPeerIds implements PeerIds {
    private final AtomicInteger begun = new AtomicInteger();

    @Override
    public PeerId of(TaskId task) {
      return new PeerId("10.0.0.100-me-" + begun.get());
    }

    @Override
    public PeerId begin(TaskId task) {
      begun.incrementAndGet();
      return of(task);
    }

    @Override
    public void forget(TaskId task) {}
  }

  private static final class Deaf implements DownloadListener {
    @Override
    public void received(From from, long bytes) {}

    @Override
    public void pieceFinished(Piece piece) {}

    @Override
    public void pieceFailed(OptionalInt piece, PeerId parent, PieceFailure failure) {}
  }
}
