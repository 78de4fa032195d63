package dev.dragonfly.registry;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.DiskTaskStore;
import dev.dragonfly.dfdaemon.storage.StorageConfig;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Turns the store of a daemon that is down into that of a liar: one bit of each block is flipped,
 * and the checksums of pieces are made anew, so that everything a peer can forge fits. The signed
 * digests of the reader of the source stay, for he cannot forge those.
 */
final class Liar {
  private Liar() {}

  /** Spoils every complete task of the store; returns how many. */
  static int spoil(Path storage) {
    int spoilt = 0;
    try (DiskExecutor disk = new DiskExecutor(2, 64, "liar");
        DiskTaskStore store =
            DiskTaskStore.open(
                new StorageConfig(storage, 4, 1024, 256, Duration.ofSeconds(30)),
                disk,
                SystemTime.INSTANCE)) {
      for (StoredTask task : store.all()) {
        if (task.isComplete()) {
          spoil(store, task);
          spoilt++;
        }
      }
    }
    return spoilt;
  }

  private static void spoil(DiskTaskStore store, StoredTask honest) {
    TaskId id = honest.id();
    TaskSpec spec = honest.spec();
    TaskFacts facts = honest.facts();
    PieceLayout layout = honest.layout().orElseThrow();
    ByteBuffer content = ByteBuffer.allocate((int) facts.contentLength().orElseThrow());
    while (content.hasRemaining()) {
      int n = honest.read(content.position(), content.slice());
      content.position(content.position() + n);
    }
    Set<SignedRun> runs = new LinkedHashSet<>();
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      runs.addAll(honest.runsOf(piece));
    }
    store.delete(id);
    StoredTask liar = store.open(id, spec);
    liar.learn(facts, StoredTask.Teller.SOURCE);
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      long first = layout.firstBlock(piece);
      for (long block = first; block < first + layout.blocksIn(piece); block++) {
        ByteRange range = layout.block(block);
        byte[] bytes = new byte[(int) range.length()];
        content.get((int) range.start(), bytes);
        bytes[bytes.length / 2] ^= 1;
        liar.putUnsigned(block, BlockLease.unpooled(ByteBuffer.wrap(bytes)));
      }
      liar.finishPiece(piece, Optional.empty(), Piece.Traffic.REMOTE_PEER, Optional.empty(), 1);
    }
    runs.forEach(liar::addRun);
  }
}
