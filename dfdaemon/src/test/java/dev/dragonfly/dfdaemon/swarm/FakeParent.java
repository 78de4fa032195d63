package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.BlockDigests;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.PieceStream;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.client.ParentPieces;
import dev.dragonfly.dfdaemon.transfer.PieceAnswer;
import dev.dragonfly.dfdaemon.transfer.PieceResponse;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** One parent: has all of the content, tells of what the test says, and may lie. */
public final class FakeParent {
  /** When a busy one has room again. */
  public static final Duration BUSY = Duration.ofSeconds(1);

  private final Parent parent;
  private final InetSocketAddress address;
  private final TaskId task;
  private final PieceLayout layout;
  private final byte[] content;
  private final Optional<RunSigner> signer;

  private final List<Integer> told = new ArrayList<>();
  private final List<Integer> asked = new CopyOnWriteArrayList<>();
  private final Set<Integer> corrupt = ConcurrentHashMap.newKeySet();
  private final Semaphore requests = new Semaphore(0);
  private final CountDownLatch subscribed = new CountDownLatch(1);
  private volatile ParentPieces.@Nullable Listener listener;
  private final AtomicInteger subscriptions = new AtomicInteger();
  private volatile boolean unsubscribed;
  private volatile long[] lie = new long[3];
  private volatile int missing;
  private volatile SourceVersion version;
  private final AtomicInteger busy = new AtomicInteger();
  private volatile boolean trickles;
  private volatile Optional<DragonflyException> refusal = Optional.empty();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /**
   * @param number distinguishes parents; order of ids is the order of numbers
   * @param signer signs the runs that are told with the pieces; absent for an upstream parent
   */
  public FakeParent(
      int number,
      boolean seed,
      TaskId task,
      long pieceLength,
      byte[] content,
      Optional<RunSigner> signer) {
    String name = "p" + number;
    HostId id = HostId.of("10.0.0." + number, name, seed);
    Host host =
        new Host(
            id,
            seed ? HostType.SUPER_SEED : HostType.NORMAL,
            name,
            "10.0.0." + number,
            65000,
            65001,
            0,
            Optional.empty(),
            Optional.empty(),
            1,
            false,
            Optional.empty(),
            signer.isPresent() ? 1 : 0,
            HostStats.NONE);
    this.parent =
        new Parent(PeerId.of("10.0.0." + number, name, new UUID(0, number), seed), host, false);
    this.address = InetSocketAddress.createUnresolved(name, 65001);
    this.task = task;
    this.layout = PieceLayout.of(pieceLength, content.length);
    this.content = content;
    this.signer = signer;
    this.version =
        SourceVersion.of(Optional.of("\"1\""), Optional.empty(), OptionalLong.of(content.length));
  }

  /** Its runs are of this version of the source. */
  public FakeParent ofVersion(SourceVersion other) {
    version = other;
    return this;
  }

  /** Has no room for the next so many requests. */
  public FakeParent busyFor(int answers) {
    busy.set(answers);
    return this;
  }

  /** Sends one byte for each read from now on, as if the line trickled. */
  public FakeParent trickling() {
    trickles = true;
    return this;
  }

  public Parent parent() {
    return parent;
  }

  InetSocketAddress address() {
    return address;
  }

  /** Which pieces it was asked for, in order. */
  public List<Integer> asked() {
    return asked;
  }

  /** Waits until it was asked for so many more pieces; fails after 10 s. */
  public void awaitAsked(int count) throws InterruptedException {
    if (!requests.tryAcquire(count, 10, TimeUnit.SECONDS)) {
      throw new AssertionError(parent.peerId() + " was asked for " + asked + " only");
    }
  }

  /** Whether its subscriber has left. */
  public boolean wasLeft() {
    return unsubscribed;
  }

  /** Sends other bytes for this piece. */
  public FakeParent corrupting(int piece) {
    corrupt.add(piece);
    return this;
  }

  /** Refuses pieces from now on. */
  public FakeParent refusing(ErrorCode code) {
    refusal = Optional.of(new DragonflyException(code, "the fake parent refuses"));
    return this;
  }

  /** Says of each piece that it has another number, place or length; the differences. */
  FakeParent misstating(int number, long offset, long length) {
    lie = new long[] {number, offset, length};
    return this;
  }

  /** Leaves the last byte of each piece out. */
  FakeParent endingEarly() {
    missing = 1;
    return this;
  }

  /** How often it was subscribed to. */
  int subscriptions() {
    return subscriptions.get();
  }

  /** Bodies stop until {@link #release}. */
  public FakeParent holding() {
    gate = new CountDownLatch(1);
    return this;
  }

  public void release() {
    gate.countDown();
  }

  /** Tells its subscriber, now or when it comes, of all pieces. */
  public FakeParent tellAll() {
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      tell(piece);
    }
    return this;
  }

  /** Tells its subscriber, now or when it comes, of a piece. */
  public FakeParent tell(int piece) {
    synchronized (told) {
      told.add(piece);
      ParentPieces.Listener now = listener;
      if (now != null) {
        tellNow(now, piece);
      }
    }
    return this;
  }

  /** Tells its subscriber what it says of the content; waits for him first. */
  public void tellFacts(TaskFacts facts) throws InterruptedException {
    listener().factsLearnt(facts);
  }

  private ParentPieces.Listener listener() throws InterruptedException {
    if (!subscribed.await(10, TimeUnit.SECONDS) || listener == null) {
      throw new AssertionError("nobody subscribed to " + parent.peerId());
    }
    return listener;
  }

  /** Tells its subscriber of a piece that does not exist. */
  void tellOfNowhere(int number) {
    ParentPieces.Listener now = listener;
    if (now == null) {
      throw new AssertionError("nobody subscribed to " + parent.peerId());
    }
    now.pieceAvailable(number, 0, 1, address, List.of());
  }

  /** The subscription ends; waits for it first. */
  public void end(@Nullable Throwable cause) throws InterruptedException {
    if (!subscribed.await(10, TimeUnit.SECONDS)) {
      throw new AssertionError("nobody subscribed to " + parent.peerId());
    }
    ParentPieces.Listener now = listener;
    if (now != null) {
      now.ended(cause);
    }
  }

  ParentPieces.Sync subscribe(ParentPieces.Listener subscriber) {
    subscriptions.incrementAndGet();
    synchronized (told) {
      listener = subscriber;
      told.forEach(piece -> tellNow(subscriber, piece));
    }
    subscribed.countDown();
    return () -> unsubscribed = true;
  }

  private void tellNow(ParentPieces.Listener to, int piece) {
    ByteRange range = layout.piece(piece);
    List<SignedRun> runs = signer.map(s -> List.of(run(s, piece))).orElse(List.of());
    to.pieceAvailable(piece, range.start(), range.length(), address, runs);
  }

  private SignedRun run(RunSigner by, int piece) {
    ByteArrayOutputStream digests = new ByteArrayOutputStream();
    long first = layout.firstBlock(piece);
    for (long block = first; block < first + layout.blocksIn(piece); block++) {
      ByteRange range = layout.block(block);
      digests.writeBytes(
          BlockDigests.of(ByteBuffer.wrap(content, (int) range.start(), (int) range.length())));
    }
    return by.sign(
        task,
        version,
        SourceOrigin.NONE,
        layout.blockLength(),
        first,
        digests.toByteArray(),
        OptionalLong.of(content.length));
  }

  PieceAnswer send(int piece) {
    asked.add(piece);
    requests.release();
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    if (busy.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return new PieceAnswer.Busy(BUSY);
    }
    ByteRange range = layout.piece(piece);
    ByteBuffer bytes = ByteBuffer.allocate((int) range.length());
    bytes.put(content, (int) range.start(), (int) range.length()).flip();
    if (corrupt.contains(piece)) {
      bytes.put(bytes.limit() - 1, (byte) ~bytes.get(bytes.limit() - 1));
    }
    CRC32 crc = new CRC32();
    crc.update(content, (int) range.start(), (int) range.length());
    return new PieceResponse(
        piece + (int) lie[0],
        range.start() + lie[1],
        range.length() + lie[2],
        Optional.of(Digest.ofCrc32(crc.getValue())),
        new Body(bytes.limit(bytes.limit() - missing)));
  }

  private final class Body implements PieceStream {
    private final ByteBuffer bytes;
    private final CountDownLatch given = new CountDownLatch(1);
    private volatile boolean closed;

    Body(ByteBuffer bytes) {
      this.bytes = bytes;
    }

    @Override
    public void awaitReadable() {
      try {
        if (!gate.await(20, TimeUnit.SECONDS)) {
          throw new DragonflyException(ErrorCode.DEADLINE_EXCEEDED, "held for 20 s");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DragonflyException(ErrorCode.CANCELLED, "interrupted", e);
      }
    }

    @Override
    public int read(ByteBuffer target) {
      awaitReadable();
      if (closed) {
        throw new DragonflyException(ErrorCode.CANCELLED, "closed by the reader");
      }
      if (trickles) {
        awaitNextDrop();
      }
      int length = Math.min(target.remaining(), bytes.remaining());
      if (length == 0) {
        return -1;
      }
      length = trickles ? 1 : length;
      target.put(bytes.slice().limit(length));
      bytes.position(bytes.position() + length);
      return length;
    }

    /** A byte now and then; ends when the reader gives up. */
    private void awaitNextDrop() {
      try {
        if (given.await(20, TimeUnit.MILLISECONDS)) {
          throw new DragonflyException(ErrorCode.CANCELLED, "closed by the reader");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DragonflyException(ErrorCode.CANCELLED, "interrupted", e);
      }
    }

    @Override
    public void close() {
      closed = true;
      given.countDown();
    }
  }
}
