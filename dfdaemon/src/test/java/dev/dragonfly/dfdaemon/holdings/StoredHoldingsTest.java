package dev.dragonfly.dfdaemon.holdings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.client.Holding;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.DiskTaskStore;
import dev.dragonfly.dfdaemon.storage.StorageConfig;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredHoldingsTest {

  private static final TaskId BEGUN = new TaskId("a".repeat(64));
  private static final TaskId HELD = new TaskId("b".repeat(64));
  private static final TaskSpec SPEC = TaskSpec.ofUrl("http://o/f");

  @TempDir private Path folder;

  @Test
  void aTaskWithAtLeastOnePieceIsAHolding() {
    try (DiskExecutor disk = new DiskExecutor(1, 16, "test");
        TaskStore store =
            DiskTaskStore.open(
                new StorageConfig(folder, 1, 16, 16, Duration.ofSeconds(30)),
                disk,
                new ManualTime())) {
      store.open(BEGUN, SPEC);
      StoredTask held = store.open(HELD, SPEC);
      held.learn(facts(), StoredTask.Teller.SOURCE);
      held.putFromSource(0, BlockLease.unpooled(ByteBuffer.wrap(new byte[10])));
      held.finishPiece(0, Optional.empty(), Piece.Traffic.BACK_TO_SOURCE, Optional.empty(), 1);

      StoredHoldings stored = new StoredHoldings(store, task -> new PeerId("p-" + task));
      List<Holding> holdings = stored.get();

      assertThat(holdings)
          .containsExactly(
              new Holding(
                  HELD, new PeerId("p-" + HELD), SPEC, facts(), PieceBitmap.full(1), true, true));
      assertThat(stored.get().getFirst()).isSameAs(holdings.getFirst());
    }
  }

  private static TaskFacts facts() {
    return new TaskFacts(
        OptionalLong.of(10),
        OptionalLong.of(PieceLayout.MIN_PIECE_LENGTH),
        Map.of(),
        Optional.empty(),
        List.of());
  }
}
