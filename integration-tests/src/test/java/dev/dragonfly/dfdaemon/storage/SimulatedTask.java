package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.BlockDigests;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.Time;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A stored task of the simulation: the production {@link BlockMap} decides what is verified, the
 * bytes lie in memory. For one thread.
 */
public final class SimulatedTask implements StoredTask {
  private final TaskId id;
  private final TaskSpec spec;
  private final Time time;
  private final Verified verified;
  private final BlockMap blocks = new BlockMap();
  private final List<Listener> listeners = new ArrayList<>();
  private byte[] content = new byte[0];
  private TaskFacts facts = TaskFacts.NONE;
  private Teller teller = Teller.PARENT;
  private @Nullable PieceLayout layout;

  /** Sees each block that becomes readable. */
  public interface Verified {
    void block(long offset, byte[] content, int length);
  }

  /**
   * @param verified looks whether the bytes are right
   */
  public SimulatedTask(TaskId id, TaskSpec spec, Time time, Verified verified) {
    this.id = id;
    this.spec = spec;
    this.time = time;
    this.verified = verified;
  }

  /** The bytes of a piece. */
  public byte[] bytes(int piece) {
    ByteRange range = cut().piece(piece);
    byte[] bytes = new byte[(int) range.length()];
    System.arraycopy(content, (int) range.start(), bytes, 0, bytes.length);
    return bytes;
  }

  public int listenerCount() {
    return listeners.size();
  }

  /** Tells the listeners that the task was deleted. */
  public void delete() {
    List.copyOf(listeners).forEach(Listener::deleted);
  }

  @Override
  public TaskId id() {
    return id;
  }

  @Override
  public TaskSpec spec() {
    return spec;
  }

  @Override
  public TaskFacts facts() {
    return facts;
  }

  /** The rules of the store on disk, but for contents that change: there are none here. */
  @Override
  public Learnt learn(TaskFacts told, Teller by) {
    if (facts.contradict(told)) {
      throw new AssertionError("in the simulation all speak of the same content: " + told);
    }
    TaskFacts merged = by.compareTo(teller) > 0 ? told.merge(facts) : facts.merge(told);
    merged = merged.withReaderKeys(facts.merge(told).readerKeys());
    if (by.compareTo(teller) > 0) {
      teller = by;
    }
    if (merged.equals(facts)) {
      return Learnt.NOTHING_NEW;
    }
    facts = merged;
    if (facts.pieceLength().isPresent()) {
      layout = new PieceLayout(facts.pieceLength().getAsLong(), facts.contentLength());
    }
    if (facts.contentLength().isPresent() && content.length == 0) {
      content = new byte[(int) facts.contentLength().getAsLong()];
    }
    TaskFacts now = facts;
    List.copyOf(listeners).forEach(listener -> listener.factsChanged(now));
    return Learnt.LEARNT;
  }

  @Override
  public Optional<PieceLayout> layout() {
    return Optional.ofNullable(layout);
  }

  private PieceLayout cut() {
    return layout().orElseThrow();
  }

  @Override
  public PieceBitmap pieces() {
    return blocks.pieces();
  }

  @Override
  public Optional<Piece> piece(int number) {
    return blocks.piece(number);
  }

  @Override
  public boolean hasBlock(long block) {
    return blocks.hasBlock(block);
  }

  @Override
  public BitSet blocks() {
    return blocks.blocks();
  }

  @Override
  public boolean isComplete() {
    return layout != null
        && layout.contentLength().isPresent()
        && blocks.pieceCount() == layout.pieceCount();
  }

  @Override
  public RunOutcome addRun(SignedRun run) {
    boolean fits =
        run.blockLength() == cut().blockLength()
            && cut().hasBlocks(run.firstBlock(), run.blockCount());
    return fits ? blocks.addRun(run, facts.version()) : RunOutcome.CONTRADICTED;
  }

  @Override
  public List<SignedRun> runsOf(int piece) {
    long first = cut().firstBlock(piece);
    return blocks.runsBetween(first, first + cut().blocksIn(piece));
  }

  @Override
  public boolean isKept(SignedRun run) {
    return blocks.isKept(run);
  }

  @Override
  public boolean coversBlock(long block) {
    return blocks.digests().covers(block, 1);
  }

  @Override
  public boolean coversPiece(int piece) {
    return blocks.digests().covers(cut().firstBlock(piece), cut().blocksIn(piece));
  }

  @Override
  public void putVerified(long block, BlockLease data) {
    try (data) {
      if (!blocks.digests().matches(block, data.buffer())) {
        throw new DragonflyException(
            ErrorCode.DIGEST_MISMATCH, "block " + block + " does not match its digest");
      }
      write(block, data.buffer());
      mark(block);
    }
  }

  @Override
  public CompletableFuture<Void> beginVerified(long block, BlockLease data) {
    try {
      putVerified(block, data);
      return CompletableFuture.completedFuture(null);
    } catch (DragonflyException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public byte[] putFromSource(long block, BlockLease data) {
    try (data) {
      byte[] digest = BlockDigests.of(data.buffer().duplicate());
      if (!blocks.digests().agree(block, digest)) {
        throw new DragonflyException(
            ErrorCode.SOURCE_CHANGED, "block " + block + " is not what was signed");
      }
      write(block, data.buffer());
      mark(block);
      return digest;
    }
  }

  @Override
  public void putUnsigned(long block, BlockLease data) {
    try (data) {
      write(block, data.buffer());
      blocks.stageBlock(block);
    }
  }

  private void write(long block, ByteBuffer data) {
    data.get(content, (int) cut().block(block).start(), data.remaining());
  }

  private void mark(long block) {
    ByteRange range = cut().block(block);
    verified.block(range.start(), content, (int) range.length());
    blocks.markBlock(block);
    List.copyOf(listeners).forEach(listener -> listener.blockReadable(block));
  }

  @Override
  public Piece finishPiece(
      int number,
      Optional<Digest> expected,
      Piece.Traffic traffic,
      Optional<String> parentId,
      long costNanos) {
    Optional<Piece> there = blocks.piece(number);
    if (there.isPresent()) {
      return there.get();
    }
    CRC32 crc = new CRC32();
    crc.update(bytes(number));
    Digest actual = Digest.ofCrc32(crc.getValue());
    if (expected.isPresent() && !expected.get().equals(actual)) {
      blocks.dropStaged(cut(), number);
      throw new DragonflyException(
          ErrorCode.DIGEST_MISMATCH, "piece " + number + " is " + actual + ", not " + expected);
    }
    ByteRange range = cut().piece(number);
    Piece piece =
        new Piece(
            number,
            range.start(),
            range.length(),
            Optional.of(actual),
            traffic,
            parentId,
            Duration.ofNanos(costNanos),
            time.now());
    blocks.finish(cut(), piece).ifPresent(fresh -> fresh.stream().forEach(this::mark));
    List.copyOf(listeners).forEach(listener -> listener.pieceFinished(piece));
    return piece;
  }

  @Override
  public CompletableFuture<Piece> beginFinish(
      int number, Piece.Traffic traffic, Optional<String> parentId) {
    return CompletableFuture.completedFuture(
        finishPiece(number, Optional.empty(), traffic, parentId, 0));
  }

  @Override
  public int read(long offset, ByteBuffer target) {
    throw new UnsupportedOperationException("callers do not read here");
  }

  @Override
  public Path contentFile() {
    throw new UnsupportedOperationException("there is no file");
  }

  @Override
  public void expectDigest(Digest.Algorithm algorithm) {}

  @Override
  public Digest digest(Digest.Algorithm algorithm) {
    throw new UnsupportedOperationException("the task is not named by a digest");
  }

  @Override
  public Optional<Digest> knownDigest(Digest.Algorithm algorithm) {
    return Optional.empty();
  }

  @Override
  public Subscription listen(Listener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public Subscription use() {
    return () -> {};
  }
}
