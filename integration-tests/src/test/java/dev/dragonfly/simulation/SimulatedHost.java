package dev.dragonfly.simulation;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.dfdaemon.session.SimulatedSession;
import dev.dragonfly.dfdaemon.storage.SimulatedTask;
import dev.dragonfly.dfdaemon.task.SteppedDownload;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.store.PeerStore;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One host: what it has, what it downloads, what it gives. For one thread. */
final class SimulatedHost {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration POLL = Duration.ofMillis(50);

  private final SimulatedWorld world;
  private final Member member;
  private final Host announced;
  private final RunSigner signer;
  private final SimulatedTask stored;
  private final DownloadParts parts;
  private final Transfers transfers;
  private final Uploads uploads;
  private final Deque<Optional<ByteRange>> wants;
  private final Set<SimulatedParents.Call> subscribers = new LinkedHashSet<>();
  private @Nullable SteppedDownload download;
  private @Nullable SimulatedSession session;
  private @Nullable PeerId peer;
  private @Nullable SourceRead reading;
  private boolean started;
  private boolean alive = true;
  private boolean deleted;
  private boolean readSource;
  private boolean ticking;
  private long lookedAt;

  SimulatedHost(SimulatedWorld world, int number, Member member, RunSigner signer) {
    this.world = world;
    this.member = member;
    this.signer = signer;
    this.announced = host(number, member, signer);
    this.stored = new SimulatedTask(Content.TASK, Content.SPEC, world.time(), this::checkVerified);
    this.wants = new ArrayDeque<>(member.wants());
    this.transfers = new Transfers(this, world);
    this.uploads = new Uploads(this, world);
    this.parts = new DownloadParts(this, world, transfers);
  }

  private static Host host(int number, Member member, RunSigner signer) {
    String ip = "10.0." + number / 250 + "." + (1 + number % 250);
    String name = "h" + number;
    return new Host(
        HostId.of(ip, name, member.seed()),
        member.seed() ? HostType.SUPER_SEED : HostType.NORMAL,
        name,
        ip,
        4000,
        4005,
        0,
        Optional.empty(),
        Optional.empty(),
        1,
        false,
        Optional.of(signer.publicKeyHex()),
        Host.EXT_VERSION,
        HostStats.NONE);
  }

  private void checkVerified(long offset, byte[] content, int length) {
    if (!world.content().isRight(offset, content, length)) {
      world.ledger().violated(this + " has a wrong byte verified at " + offset);
    }
  }

  Member member() {
    return member;
  }

  Host announced() {
    return announced;
  }

  RunSigner signer() {
    return signer;
  }

  SimulatedTask stored() {
    return stored;
  }

  Uploads uploads() {
    return uploads;
  }

  InetSocketAddress data() {
    return SimulatedParents.data(announced.ip());
  }

  Set<SimulatedParents.Call> subscribers() {
    return subscribers;
  }

  boolean isAlive() {
    return alive;
  }

  boolean isDeleted() {
    return deleted;
  }

  /** Whether a child may fairly say that it does not deliver. */
  boolean mayFail() {
    return !alive || deleted || member.kind() == Member.Kind.TRICKLING;
  }

  /** Whether nothing is to be expected of it any more. */
  boolean isDone() {
    boolean idleSeed = member.seed() && !started;
    return !alive
        || member.kind() == Member.Kind.FORGING
        || idleSeed
        || download == null && wants.isEmpty();
  }

  boolean hasStarted() {
    return started;
  }

  boolean hasSucceeded() {
    return alive && stored.isComplete();
  }

  /** Which pieces a forger says it has. */
  IntStream claimed() {
    return IntStream.range(0, world.content().pieces());
  }

  /** The runs that go with a piece, as far as the child lacks them: each is checked once. */
  List<SignedRun> runsFor(int piece, SimulatedHost child) {
    if (member.kind() == Member.Kind.FORGING) {
      return List.of(world.content().run(piece, signer, false));
    }
    boolean known = child.stored.layout().isPresent() && child.stored.coversPiece(piece);
    return known ? List.of() : stored.runsOf(piece);
  }

  /** Begins its first download, or what it does instead. */
  void start() {
    if (!alive || started) {
      return;
    }
    started = true;
    if (member.kind() == Member.Kind.FORGING) {
      forge();
    } else {
      next();
    }
  }

  private PeerId newPeer() {
    PeerId fresh =
        PeerId.of(
            announced.ip(),
            announced.hostname(),
            new UUID(world.random().nextLong(), world.random().nextLong()),
            member.seed());
    world.know(fresh, this);
    peer = fresh;
    return fresh;
  }

  private void next() {
    Optional<ByteRange> range = wants.removeFirst();
    PeerId fresh = newPeer();
    world.ledger().log(this, "BEGINS", range);
    SteppedDownload begun =
        parts.begin(
            fresh,
            range,
            (register, wakeUp) -> {
              SimulatedSession opened = parts.session(fresh, register, wakeUp);
              session = opened;
              return opened;
            },
            this::readSource);
    download = begun;
    lookedAt = world.time().nanos();
    if (session != null) {
      session.connect();
    }
    tickLater();
  }

  /** Says that it has everything. */
  private void forge() {
    BitSet all = new BitSet();
    all.set(0, world.content().pieces());
    PeerEvent.Register claim =
        new PeerEvent.Register(
            Content.SPEC,
            world.content().facts(),
            PieceBitmap.of(all),
            Optional.empty(),
            false,
            true,
            0,
            Host.EXT_VERSION);
    SimulatedSession opened = parts.session(newPeer(), () -> claim, () -> {});
    session = opened;
    opened.connect();
  }

  private void readSource(SteppedDownload asking) {
    world.ledger().log(this, "READS SOURCE", "");
    readSource = true;
    reading = new SourceRead(this, world, asking);
    reading.begin();
  }

  /** What the source said last makes this host one of the readers that sign. */
  ReaderKey key() {
    return new ReaderKey(announced.id().value(), signer.publicKeyHex());
  }

  /** After every event of this host: does what can be done at once. */
  void settle() {
    SteppedDownload now = download;
    if (!alive || now == null) {
      return;
    }
    transfers.progress();
    long clock = world.time().nanos();
    boolean due = clock - lookedAt >= LOOK.toNanos();
    while (due || now.isRung()) {
      due = false;
      lookedAt = clock;
      now.step();
      if (now.isOver()) {
        ended(now);
        return;
      }
      transfers.dropGivenUp();
    }
    transfers.take(now);
  }

  private void ended(SteppedDownload now) {
    world.ledger().log(this, "ENDS", String.valueOf(now.failure()));
    if (now.failure() != null) {
      world.ledger().violated(this + " failed: " + now.failure().getMessage());
    }
    download = null;
    reading = null;
    transfers.clear();
    if (member.seed()) {
      world.scheduler().seedEnded();
    }
    if (!wants.isEmpty()) {
      world.time().after(Duration.ofMillis(world.random().nextInt(2_000)), this::again);
    } else if (member.kind() == Member.Kind.DELETING) {
      world.time().after(Duration.ofMillis(world.random().nextInt(5_000)), this::delete);
    }
  }

  private void again() {
    if (alive) {
      next();
    }
  }

  private void tickLater() {
    if (ticking) {
      return;
    }
    ticking = true;
    world
        .time()
        .after(
            transfers.hasRoom() ? POLL : LOOK,
            () -> {
              ticking = false;
              settle();
              if (alive && download != null) {
                tickLater();
              }
            });
  }

  private void delete() {
    if (!alive || !stored.isComplete()) {
      return;
    }
    world.ledger().log(this, "DELETES", "");
    deleted = true;
    stored.delete();
    PeerId gone = peer;
    if (gone != null) {
      world
          .time()
          .after(
              member.latency(), () -> world.scheduler().graph().peers().delete(Content.TASK, gone));
    }
  }

  /** Disappears with all it was doing. */
  void die() {
    if (!alive) {
      return;
    }
    world.ledger().log(this, "DIES", "");
    alive = false;
    transfers.clear();
    if (download != null) {
      download.die();
      download = null;
    }
    if (session != null) {
      session.die();
    }
    uploads.die();
    List.copyOf(subscribers).forEach(SimulatedParents.Call::died);
    if (member.seed() && started) {
      world.time().after(Duration.ofSeconds(1), world.scheduler()::seedEnded);
    }
  }

  /** Tells what it holds, as every host does now and then, also when nobody knows it. */
  void report() {
    PeerId held = peer;
    if (!alive || deleted) {
      return;
    }
    world.scheduler().announce(this);
    if (held == null || download != null || stored.pieces().count() == 0) {
      return;
    }
    Standing standing = stored.isComplete() ? Standing.FULL : Standing.PARTIAL;
    PeerRecord record =
        new PeerRecord(
            held,
            Content.TASK,
            announced,
            PeerState.HOLDING,
            standing,
            stored.pieces(),
            0,
            PeerRecord.HOLDINGS,
            Optional.empty(),
            world.time().now(),
            world.time().now());
    world
        .scheduler()
        .graph()
        .peers()
        .hold(List.of(new PeerStore.Held(Content.SPEC, stored.facts(), record, readSource)));
  }

  /** What it leaves behind that should not be there when all is over. */
  Optional<String> leftovers() {
    boolean none = stored.listenerCount() == 0 && uploads.count() == 0 && transfers.count() == 0;
    return none
        ? Optional.empty()
        : Optional.of(
            this
                + " has left "
                + stored.listenerCount()
                + " listeners, "
                + uploads.count()
                + " uploads, "
                + transfers.count()
                + " transfers");
  }

  @Override
  public String toString() {
    return announced.hostname() + "(" + (member.seed() ? "seed " : "") + member.kind() + ")";
  }
}
