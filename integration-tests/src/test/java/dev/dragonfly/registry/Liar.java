package dev.dragonfly.registry;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.piece.BlockDigests;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.RunSigner;
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
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Turns the store of a daemon that is down into that of a liar. */
final class Liar {
  /** No block is shorter, but for the last. */
  private static final int STEP = 64 << 10;

  private final DiskTaskStore store;
  private final RunSigner key;

  private Liar(DiskTaskStore store, RunSigner key) {
    this.store = store;
    this.key = key;
  }

  /**
   * Flips bits in every block of all that is held; returns how many tasks that is. The signed
   * digests of the reader of the source stay: whoever compares a block finds out.
   */
  static int spoil(Path storage) throws IOException {
    List<Path> contents;
    try (Stream<Path> all = Files.walk(storage.resolve("content"))) {
      contents = all.filter(Files::isRegularFile).toList();
    }
    for (Path content : contents) {
      Files.setPosixFilePermissions(content, PosixFilePermissions.fromString("rw-------"));
      try (RandomAccessFile file = new RandomAccessFile(content.toFile(), "rw")) {
        for (long at = 0; at < file.length(); at += STEP) {
          file.seek(at);
          int old = file.read();
          file.seek(at);
          file.write(old ^ 1);
        }
      }
    }
    return contents.size();
  }

  /**
   * Flips a bit in every block of every complete task, and lets the daemon say that it read all
   * that from the source itself, with signatures by its own key: block for block everything fits,
   * only the whole is not what its digest says.
   */
  static int poison(Path storage) {
    int spoilt = 0;
    try (DiskExecutor disk = new DiskExecutor(2, 64, "liar");
        DiskTaskStore store =
            DiskTaskStore.open(
                new StorageConfig(storage, 4, 1024, 256, Duration.ofSeconds(30)),
                disk,
                SystemTime.INSTANCE)) {
      Liar liar = new Liar(store, RunSigner.loadOrCreate(storage.resolve("keys")));
      for (StoredTask task : store.all()) {
        if (task.isComplete()) {
          liar.poison(task);
          spoilt++;
        }
      }
    }
    return spoilt;
  }

  private void poison(StoredTask honest) {
    TaskId id = honest.id();
    TaskSpec spec = honest.spec();
    TaskFacts facts = honest.facts();
    PieceLayout layout = honest.layout().orElseThrow();
    ByteBuffer content = ByteBuffer.allocate((int) facts.contentLength().orElseThrow());
    while (content.hasRemaining()) {
      int n = honest.read(content.position(), content.slice());
      content.position(content.position() + n);
    }
    store.delete(id);
    StoredTask lie = store.open(id, spec);
    lie.learn(
        facts.withReaderKeys(List.of(ReaderKey.of("liar", key.publicKey()))),
        StoredTask.Teller.SOURCE);
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      write(lie, layout, piece, content);
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
    lie.finishPiece(piece, Optional.empty(), Piece.Traffic.BACK_TO_SOURCE, Optional.empty(), 1);
    lie.addRun(
        key.sign(
            lie.id(),
            lie.facts().version().orElse(SourceVersion.NONE),
            SourceOrigin.NONE,
            layout.blockLength(),
            first,
            digests.toByteArray(),
            piece == layout.pieceCount() - 1 ? layout.contentLength() : OptionalLong.empty()));
  }
}
