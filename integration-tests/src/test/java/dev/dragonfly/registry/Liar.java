package dev.dragonfly.registry;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.digest.ReaderKey;
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
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.DiskTaskStore;
import dev.dragonfly.dfdaemon.storage.StorageConfig;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Turns the store of a daemon that is down into that of a liar: one bit of each block is flipped,
 * and whatever a peer can forge is made to fit.
 */
final class Liar {
  private final DiskTaskStore store;
  private final Optional<RunSigner> ownKey;

  private Liar(DiskTaskStore store, Optional<RunSigner> ownKey) {
    this.store = store;
    this.ownKey = ownKey;
  }

  /**
   * Spoils every complete task of the store; returns how many. The signed digests of the reader of
   * the source stay, for he cannot forge those: whoever compares a block finds out.
   */
  static int spoil(Path storage) {
    return spoil(storage, Optional.empty());
  }

  /**
   * The same, and the daemon says that it read all that from the source itself, with signatures by
   * its own key: block for block everything fits, only the whole is not what its digest says.
   */
  static int poison(Path storage) {
    return spoil(storage, Optional.of(RunSigner.loadOrCreate(storage.resolve("keys"))));
  }

  private static int spoil(Path storage, Optional<RunSigner> ownKey) {
    int spoilt = 0;
    try (DiskExecutor disk = new DiskExecutor(2, 64, "liar");
        DiskTaskStore store =
            DiskTaskStore.open(
                new StorageConfig(storage, 4, 1024, 256, Duration.ofSeconds(30)),
                disk,
                SystemTime.INSTANCE)) {
      Liar liar = new Liar(store, ownKey);
      for (StoredTask task : store.all()) {
        if (task.isComplete()) {
          liar.spoil(task);
          spoilt++;
        }
      }
    }
    return spoilt;
  }

  private void spoil(StoredTask honest) {
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
    StoredTask lie = store.open(id, spec);
    lie.learn(
        ownKey
            .map(key -> facts.withReaderKeys(List.of(ReaderKey.of("liar", key.publicKey()))))
            .orElse(facts),
        StoredTask.Teller.SOURCE);
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      write(lie, layout, piece, content);
    }
    if (ownKey.isEmpty()) {
      runs.forEach(lie::addRun);
    }
  }

  private void write(StoredTask lie, PieceLayout layout, int piece, ByteBuffer content) {
    ByteArrayOutputStream digests = new ByteArrayOutputStream();
    long first = layout.firstBlock(piece);
    for (long block = first; block < first + layout.blocksIn(piece); block++) {
      ByteRange range = layout.block(block);
      byte[] bytes = new byte[(int) range.length()];
      content.get((int) range.start(), bytes);
      bytes[bytes.length / 2] ^= 1;
      digests.writeBytes(BlockDigests.of(ByteBuffer.wrap(bytes)));
      lie.putUnsigned(block, BlockLease.unpooled(ByteBuffer.wrap(bytes)));
    }
    lie.finishPiece(
        piece,
        Optional.empty(),
        ownKey.isPresent() ? Piece.Traffic.BACK_TO_SOURCE : Piece.Traffic.REMOTE_PEER,
        Optional.empty(),
        1);
    ownKey.ifPresent(key ->
        lie.addRun(
            key.sign(
                lie.id(),
                lie.facts().version().orElse(SourceVersion.NONE),
                SourceOrigin.NONE,
                layout.blockLength(),
                first,
                digests.toByteArray(),
                piece == layout.pieceCount() - 1 ? layout.contentLength() : OptionalLong.empty())));
  }
}
