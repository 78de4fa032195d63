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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** A stored task whose records live in memory; only the content is a file. Blocks the caller. */
public final class MemoryTask implements StoredTask {
  private final TaskId id;
  private final TaskSpec spec;
  private final Path file;
  private final Map<Digest.Algorithm, Digest> known = new ConcurrentHashMap<>();
  private Teller teller = Teller.PARENT;
  private volatile @Nullable DragonflyException putFailure;
  private final Map<Integer, Piece> pieces = new TreeMap<>();
  private final BitSet blocks = new BitSet();
  private final BitSet unsigned = new BitSet();
  private final List<SignedRun> runs = new ArrayList<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicInteger uses = new AtomicInteger();
  private final Semaphore listened = new Semaphore(0);
  private TaskFacts facts = TaskFacts.NONE;

  /** An empty task; its content file is made in the folder. */
  public MemoryTask(TaskId id, TaskSpec spec, Path folder) {
    this.id = id;
    this.spec = spec;
    try {
      this.file = Files.createTempFile(folder, id.value().substring(0, 8), "");
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

  /** Puts all blocks of a piece, cut from the whole content, and finishes it. */
  public Piece addPiece(int number, byte[] content) {
    PieceLayout layout = layout().orElseThrow();
    long first = layout.firstBlock(number);
    for (long block = first; block < first + layout.blocksIn(number); block++) {
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

  /** Tells the listeners that the task was deleted. */
  public void delete() {
    listeners.forEach(Listener::deleted);
  }

  /** How many listeners there are now. */
  public int listenerCount() {
    return listeners.size();
  }

  /** Waits until somebody has begun to listen since the last call; fails after 10 s. */
  public void awaitListener() throws InterruptedException {
    if (!listened.tryAcquire(10, TimeUnit.SECONDS)) {
      throw new AssertionError("nobody listens to task " + id);
    }
  }

  /** How many uses are open now. */
  public int useCount() {
    return uses.get();
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
  public synchronized TaskFacts facts() {
    return facts;
  }

  @Override
  public Learnt learn(TaskFacts more, Teller by) {
    TaskFacts now;
    synchronized (this) {
      boolean contradicted = isContradicted(more);
      if (contradicted && (!blocks.isEmpty() || by.compareTo(teller) < 0)) {
        return Learnt.CONTRADICTED;
      }
      TaskFacts merged = contradicted ? more.merge(facts) : facts.merge(more);
      if (by.compareTo(teller) > 0) {
        teller = by;
      }
      if (merged.equals(facts)) {
        return Learnt.NOTHING_NEW;
      }
      facts = merged;
      now = facts;
    }
    listeners.forEach(listener -> listener.factsChanged(now));
    return Learnt.LEARNT;
  }

  private boolean isContradicted(TaskFacts more) {
    return differ(facts.contentLength(), more.contentLength())
        || differ(facts.pieceLength(), more.pieceLength())
        || facts.version().isPresent()
            && more.version().isPresent()
            && !facts.version().equals(more.version());
  }

  private static boolean differ(OptionalLong one, OptionalLong other) {
    return one.isPresent() && other.isPresent() && one.getAsLong() != other.getAsLong();
  }

  @Override
  public synchronized Optional<PieceLayout> layout() {
    return facts.pieceLength().isPresent()
        ? Optional.of(new PieceLayout(facts.pieceLength().getAsLong(), facts.contentLength()))
        : Optional.empty();
  }

  @Override
  public synchronized PieceBitmap pieces() {
    BitSet set = new BitSet();
    pieces.keySet().forEach(set::set);
    return PieceBitmap.of(set);
  }

  @Override
  public synchronized Optional<Piece> piece(int number) {
    return Optional.ofNullable(pieces.get(number));
  }

  @Override
  public synchronized boolean hasBlock(long block) {
    return blocks.get((int) block);
  }

  @Override
  public synchronized boolean isComplete() {
    return facts.contentLength().isPresent()
        && layout().isPresent()
        && pieces.size() == layout().orElseThrow().pieceCount();
  }

  @Override
  public synchronized RunOutcome addRun(SignedRun verified) {
    if (facts.version().isPresent() && !facts.version().get().equals(verified.version())) {
      return RunOutcome.OTHER_VERSION;
    }
    for (long block = verified.firstBlock(); block < verified.endBlock(); block++) {
      byte[] known = digestOf(block);
      int at = (int) (block - verified.firstBlock()) * SignedRun.DIGEST_LENGTH;
      byte[] told = Arrays.copyOfRange(verified.digests(), at, at + SignedRun.DIGEST_LENGTH);
      if (known != null && !Arrays.equals(known, told)) {
        return RunOutcome.CONTRADICTED;
      }
    }
    runs.add(verified);
    return RunOutcome.NEW;
  }

  @Override
  public synchronized List<SignedRun> runsOf(int piece) {
    PieceLayout layout = layout().orElseThrow();
    long first = layout.firstBlock(piece);
    long end = first + layout.blocksPerPiece();
    return runs.stream().filter(run -> run.firstBlock() < end && run.endBlock() > first).toList();
  }

  @Override
  public synchronized boolean coversPiece(int piece) {
    PieceLayout layout = layout().orElseThrow();
    long first = layout.firstBlock(piece);
    for (long block = first; block < first + layout.blocksIn(piece); block++) {
      if (digestOf(block) == null) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void putVerified(long block, BlockLease data) {
    if (putFailure != null) {
      data.close();
      throw putFailure;
    }
    try (data) {
      synchronized (this) {
        byte[] expected = digestOf(block);
        if (expected == null
            || !Arrays.equals(expected, BlockDigests.of(data.buffer().duplicate()))) {
          throw new DragonflyException(
              ErrorCode.DIGEST_MISMATCH, "block " + block + " of task " + id + " does not match");
        }
        write(block, data.buffer());
        blocks.set((int) block);
      }
    }
    listeners.forEach(listener -> listener.blockReadable(block));
  }

  @Override
  public CompletableFuture<Void> putVerifiedLater(long block, BlockLease data) {
    return CompletableFuture.runAsync(() -> putVerified(block, data));
  }

  @Override
  public byte[] putFromSource(long block, BlockLease data) {
    byte[] digest;
    try (data) {
      synchronized (this) {
        digest = BlockDigests.of(data.buffer().duplicate());
        write(block, data.buffer());
        blocks.set((int) block);
      }
    }
    listeners.forEach(listener -> listener.blockReadable(block));
    return digest;
  }

  @Override
  public synchronized void putUnsigned(long block, BlockLease data) {
    try (data) {
      write(block, data.buffer());
      unsigned.set((int) block);
    }
  }

  @Override
  public Piece finishPiece(
      int number,
      Optional<Digest> expected,
      Piece.Traffic traffic,
      Optional<String> parentId,
      long costNanos) {
    Piece piece = record(number, expected, traffic, parentId, costNanos);
    listeners.forEach(listener -> listener.pieceFinished(piece));
    return piece;
  }

  @Override
  public synchronized int read(long offset, ByteBuffer target) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.read(target, offset);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Path contentFile() {
    return file;
  }

  @Override
  public Digest digest(Digest.Algorithm algorithm) {
    String name = algorithm == Digest.Algorithm.SHA512 ? "SHA-512" : "SHA-256";
    try {
      byte[] all = MessageDigest.getInstance(name).digest(Files.readAllBytes(file));
      Digest digest = new Digest(algorithm, HexFormat.of().formatHex(all));
      known.put(algorithm, digest);
      return digest;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void expectDigest(Digest.Algorithm algorithm) {}

  @Override
  public Optional<Digest> knownDigest(Digest.Algorithm algorithm) {
    return Optional.ofNullable(known.get(algorithm));
  }

  @Override
  public Subscription listen(Listener listener) {
    listeners.add(listener);
    listened.release();
    return () -> listeners.remove(listener);
  }

  @Override
  public Subscription use() {
    uses.incrementAndGet();
    return uses::decrementAndGet;
  }

  private synchronized Piece record(
      int number,
      Optional<Digest> expected,
      Piece.Traffic traffic,
      Optional<String> parentId,
      long costNanos) {
    ByteRange range = layout().orElseThrow().piece(number);
    ByteBuffer content = ByteBuffer.allocate((int) range.length());
    read(range.start(), content);
    CRC32 crc = new CRC32();
    crc.update(content.flip());
    Digest actual = Digest.ofCrc32(crc.getValue());
    if (expected.isPresent() && !expected.get().equals(actual)) {
      throw new DragonflyException(
          ErrorCode.DIGEST_MISMATCH, "piece " + number + " is " + actual + ", not " + expected);
    }
    Piece piece =
        new Piece(
            number,
            range.start(),
            range.length(),
            Optional.of(actual),
            traffic,
            parentId,
            Duration.ofNanos(costNanos),
            Instant.EPOCH.plusSeconds(number));
    pieces.put(number, piece);
    blocks.or(unsigned);
    return piece;
  }

  private byte @Nullable [] digestOf(long block) {
    for (SignedRun run : runs) {
      if (run.firstBlock() <= block && block < run.endBlock()) {
        int at = (int) (block - run.firstBlock()) * SignedRun.DIGEST_LENGTH;
        return Arrays.copyOfRange(run.digests(), at, at + SignedRun.DIGEST_LENGTH);
      }
    }
    return null;
  }

  private void write(long block, ByteBuffer data) {
    long offset = layout().orElseThrow().block(block).start();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      while (data.hasRemaining()) {
        offset += channel.write(data, offset);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
