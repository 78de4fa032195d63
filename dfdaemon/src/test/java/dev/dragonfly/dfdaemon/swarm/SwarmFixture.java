package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.piece.Interest;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A swarm around one task of four pieces of 1 MiB, the last one short. */
final class SwarmFixture implements AutoCloseable {
  static final TaskId ID = new TaskId("ef".repeat(32));
  static final int PIECE = 1 << 20;
  static final int PIECES = 4;

  final byte[] content = new byte[3 * PIECE + 4321];
  final RunSigner signer = RunSigner.create();
  final ManualTime time = new ManualTime();
  final FakeParents parents = new FakeParents();
  final Events events = new Events();
  final MemoryTask task;
  final Claims claims;
  final SwarmParts parts;
  final Swarm swarm;

  /**
   * @param signed whether a reader of the source is known, whose digests are required then
   */
  SwarmFixture(Path folder, boolean signed) {
    new Random(9).nextBytes(content);
    task = MemoryTask.ofLength(ID, PIECE, content.length, folder);
    if (signed) {
      task.learn(
          new TaskFacts(
              OptionalLong.empty(),
              OptionalLong.empty(),
              Map.of(),
              Optional.empty(),
              List.of(ReaderKey.of("seed", signer.publicKey()))),
          StoredTask.Teller.SCHEDULER);
    }
    claims = new Claims(task, () -> Interest.ALL);
    parts =
        parents.parts(
            time,
            new BlockBuffers(32, 1 << 20),
            new SwarmSettings(
                4, 2, Duration.ofMillis(50), Duration.ofSeconds(3), 2, DataSize.parse("16KiB")));
    swarm = new Swarm(task, new PeerId("10.0.0.100-me"), claims, parts, events);
  }

  /** A parent whose runs the known reader signed. */
  FakeParent parent(int number) {
    return parent(number, Optional.of(signer));
  }

  FakeParent parent(int number, Optional<RunSigner> by) {
    return parents.add(new FakeParent(number, false, ID, PIECE, content, by));
  }

  FakeParent seed(int number) {
    return parents.add(new FakeParent(number, true, ID, PIECE, content, Optional.of(signer)));
  }

  /** What would be fetched now, without waiting. */
  Optional<Assignment> take() {
    try {
      return swarm.take(1);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Moves the clock in steps until the piece is there; between them the worker may act. */
  void advanceUntilPiece(int number) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 1000 && !task.pieces().has(number); i++) {
      time.advance(Duration.ofMillis(100));
      if (never.await(5, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("nobody counts it down");
      }
    }
  }

  /** Starts a worker. */
  void fetch() {
    Threads.virtual("fetcher", new PieceFetcher(task, swarm, parts, events));
  }

  byte[] stored() {
    ByteBuffer all = ByteBuffer.allocate(content.length);
    while (all.hasRemaining() && task.read(all.position(), all) > 0) {
      // Reads on.
    }
    return all.array();
  }

  @Override
  public void close() {
    swarm.close();
  }

  /** What was reported. */
  static final class Events implements Swarm.Events {
    final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    private final BlockingQueue<Piece> finished = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
    final AtomicLong received = new AtomicLong();
    final AtomicLong wasted = new AtomicLong();

    /** Waits for the next failure: {@code piece parent why}. */
    String awaitFailure() throws InterruptedException {
      return String.valueOf(failures.poll(10, TimeUnit.SECONDS));
    }

    Piece awaitPiece() throws InterruptedException {
      Piece piece = finished.poll(10, TimeUnit.SECONDS);
      if (piece == null) {
        throw new AssertionError("no piece came; failures: " + failures);
      }
      return piece;
    }

    /** Faults only: that a parent is busy is none. */
    long failureCount() {
      return failures.stream().filter(failure -> !failure.endsWith(" BUSY")).count();
    }

    int changes() {
      return changes.size();
    }

    @Override
    public void pieceFailed(OptionalInt piece, PeerId parent, PieceFailure failure) {
      failures.add(piece.orElse(-1) + " " + parent + " " + failure);
    }

    @Override
    public void homeFailed(DragonflyException failure) {
      failures.add("home " + failure.code());
    }

    @Override
    public void changed() {
      changes.add("changed");
    }

    @Override
    public void received(From from, long bytes) {
      received.addAndGet(bytes);
    }

    @Override
    public void wasted(long bytes) {
      wasted.addAndGet(bytes);
    }

    @Override
    public void pieceFinished(Piece piece) {
      finished.add(piece);
    }
  }
}
