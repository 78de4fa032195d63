package dev.dragonfly.dfdaemon.storage;

import static dev.dragonfly.dfdaemon.storage.StoreFixture.block;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.bytes;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.facts;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.read;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many writers, honest and not, signed and not, on one task; a reader checks all along. */
class ConcurrentWritersTest {
  private static final int BLOCK = 256 << 10;
  private static final int LENGTH = 17 * BLOCK + 4321;
  private static final int WRITERS = 8;
  private static final int STEPS = 60;

  private final long seed = Long.getLong("store.seed", System.nanoTime());
  private final byte[] content = bytes(LENGTH, seed);
  private final byte[] wrong = bytes(LENGTH, seed + 1);
  private final Map<Integer, Integer> told = new ConcurrentHashMap<>();

  @TempDir Path dir;
  private StoreFixture fixture;
  private StoredTask task;

  @BeforeEach
  void open() {
    System.out.println("ConcurrentWritersTest: repeat with -Dstore.seed=" + seed);
    fixture = new StoreFixture(dir);
    task = fixture.task();
    task.learn(facts(LENGTH, 2L * BLOCK), StoredTask.Teller.SOURCE);
    task.listen(new Counter());
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void noWrongByteIsEverReadAndAllPiecesGetThere() throws Exception {
    PieceLayout layout = task.layout().orElseThrow();
    // Every other piece is signed; of the rest only the piece digests are known.
    for (int piece = 0; piece < layout.pieceCount(); piece += 2) {
      long first = layout.firstBlock(piece);
      task.addRun(run(task, first, first + layout.blocksIn(piece), content));
    }
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        Random random = new Random(seed + writer);
        running.add(executor.submit(() -> write(layout, random)));
      }
      for (Future<?> each : running) {
        each.get(60, TimeUnit.SECONDS);
      }
    }
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      bring(layout, piece, content);
    }
    assertThat(task.isComplete()).isTrue();
    assertThat(read(task, 0, LENGTH)).isEqualTo(content);
    assertThat(told).hasSize(layout.pieceCount()).allSatisfy((p, n) -> assertThat(n).isOne());
    fixture.reboot();
    assertThat(read(fixture.found(), 0, LENGTH)).isEqualTo(content);
  }

  private void write(PieceLayout layout, Random random) {
    for (int step = 0; step < STEPS; step++) {
      bring(layout, random.nextInt(layout.pieceCount()), random.nextInt(3) == 0 ? wrong : content);
      int offset = random.nextInt(LENGTH);
      byte[] read = read(task, offset, 3 * BLOCK);
      assertThat(read)
          .as("read at %d", offset)
          .isEqualTo(Arrays.copyOfRange(content, offset, offset + read.length));
    }
  }

  /** Brings a piece as a fetcher does; wrong ones must be refused. */
  private void bring(PieceLayout layout, int piece, byte[] from) {
    boolean signed = task.coversPiece(piece);
    long first = layout.firstBlock(piece);
    try {
      for (long block = first; block < first + layout.blocksIn(piece); block++) {
        if (signed) {
          task.putVerified(block, block(task, block, from));
        } else {
          task.putUnsigned(block, block(task, block, from));
        }
      }
      task.finishPiece(
          piece, expected(layout, piece), Piece.Traffic.REMOTE_PEER, Optional.of("p"), 1);
    } catch (DragonflyException e) {
      // A staged block may be another writer's wrong one: the piece is refused then, never taken.
      assertThat(e.code()).isIn(ErrorCode.DIGEST_MISMATCH, ErrorCode.FAILED_PRECONDITION);
    }
  }

  private Optional<Digest> expected(PieceLayout layout, int piece) {
    CRC32 crc = new CRC32();
    crc.update(content, (int) layout.piece(piece).start(), (int) layout.piece(piece).length());
    return Optional.of(Digest.ofCrc32(crc.getValue()));
  }

  private final class Counter implements StoredTask.Listener {
    @Override
    public void pieceFinished(Piece piece) {
      told.merge(piece.number(), 1, Integer::sum);
    }
  }
}
