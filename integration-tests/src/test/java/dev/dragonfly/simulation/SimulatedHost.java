package dev.dragonfly.simulation;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.piece.RunVerifier;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.link.TaskLinkListener;
import dev.dragonfly.dfdaemon.link.TaskState;
import dev.dragonfly.dfdaemon.storage.SimulatedTask;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.swarm.SessionParts;
import dev.dragonfly.dfdaemon.swarm.TaskSwarms;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.store.PeerStore;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** One host: what it has, what it downloads, what it gives. For one thread. */
final class SimulatedHost {
  /** In the scale of the contents here. */
  private static final Duration AWAITED = Duration.ofSeconds(5);

  private final SimulatedWorld world;
  private final Member member;
  private final Host announced;
  private final RunSigner signer;
  private final SimulatedTask stored;
  private final Uploads uploads;
  private final HostDownloads downloads;
  private final Set<SimulatedParents.Call> subscribers = new LinkedHashSet<>();
  private final LinkSlots slots = new LinkSlots(this);
  private final SimulatedLinks links;
  private final TaskSwarms sessions;
  private final boolean speaksSessions;
  private boolean started;
  private boolean alive = true;
  private boolean deleted;

  SimulatedHost(
      SimulatedWorld world, int number, Member member, RunSigner signer, boolean speaksSessions) {
    this.world = world;
    this.member = member;
    this.signer = signer;
    this.announced = host(number, member, signer);
    this.stored = new SimulatedTask(Content.TASK, Content.SPEC, world.time(), this::checkVerified);
    this.uploads = new Uploads(this, world);
    this.speaksSessions = speaksSessions;
    this.links = new SimulatedLinks(this, world);
    this.sessions =
        new TaskSwarms(
            new SessionParts(
                announced.id(),
                member.seed(),
                links,
                task -> peer(),
                this::whenThere,
                Runnable::run,
                world.time(),
                world.time(),
                world.random()));
    this.downloads = new HostDownloads(this, world);
  }

  private PeerId peer() {
    return downloads.peer().orElseThrow();
  }

  /** As production waits for a task that another host has heard of before. */
  private void whenThere(TaskId task, BooleanSupplier gone, Consumer<Optional<StoredTask>> then) {
    if (!deleted && started) {
      then.accept(Optional.of(stored));
      return;
    }
    world
        .time()
        .after(
            AWAITED,
            () -> {
              if (alive && !gone.getAsBoolean()) {
                then.accept(!deleted && started ? Optional.of(stored) : Optional.empty());
              }
            });
  }

  /** Another host begins to speak of the task. */
  TaskLinkListener asked(SimulatedTalk talk, PeerId peer, TaskState state, TaskFacts facts) {
    if (member.kind() != Member.Kind.FORGING) {
      return sessions.asked(talk, peer, state, facts);
    }
    ForgingTalk forged = new ForgingTalk(this, world, talk);
    talk.listener(forged);
    forged.begin(peer());
    return forged;
  }

  boolean speaksSessions() {
    return speaksSessions;
  }

  TaskSwarms sessions() {
    return sessions;
  }

  SimulatedLinks links() {
    return links;
  }

  LinkSlots slots() {
    return slots;
  }

  /** What it gives for a block, which is a piece here. */
  byte[] bytesOf(int block) {
    if (member.kind() == Member.Kind.FORGING) {
      return Content.flipped(world.content().piece(block));
    }
    byte[] right = stored.bytes(block);
    return member.lies() ? Content.flipped(right) : right;
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

  /**
   * Whether a reader of whom this host was told signed something that the other holds and that is
   * wanted here. After a flush the key of a reader that is gone is lost: what it signed is no use
   * to newcomers then, and neither is a host that has nothing else of what this one wants.
   */
  boolean canVerify(SimulatedHost parent) {
    RunVerifier verifier = new RunVerifier(stored.facts().readerKeys());
    int pieces = parent.stored.layout().map(PieceLayout::pieceCount).orElse(0);
    return downloads.missing().stream()
        .filter(piece -> piece < pieces)
        .boxed()
        .flatMap(piece -> parent.stored.runsOf(piece).stream())
        .anyMatch(run -> verifier.verify(Content.TASK, run) instanceof RunVerifier.Valid);
  }

  /** Whether nothing is to be expected of it any more. */
  boolean isDone() {
    boolean idleSeed = member.seed() && !started;
    return !alive || member.kind() == Member.Kind.FORGING || idleSeed || downloads.isOver();
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
      downloads.forge();
    } else {
      downloads.next();
    }
  }

  /** What the source said last makes this host one of the readers that sign. */
  ReaderKey key() {
    return new ReaderKey(announced.id().value(), signer.publicKeyHex());
  }

  /** After every event of this host: does what can be done at once. */
  void settle() {
    if (alive) {
      downloads.settle();
    }
  }

  /** Nothing is left to be downloaded. */
  void hasAll() {
    if (member.kind() == Member.Kind.DELETING) {
      world.time().after(Duration.ofMillis(world.random().nextInt(5_000)), this::delete);
    }
  }

  private void delete() {
    if (!alive || !stored.isComplete()) {
      return;
    }
    world.ledger().log(this, "DELETES", "");
    deleted = true;
    stored.delete();
    downloads
        .peer()
        .ifPresent(gone ->
            world
                .time()
                .after(
                    member.latency(),
                    () -> world.scheduler().graph().peers().delete(Content.TASK, gone)));
  }

  /** Disappears with all it was doing. */
  void die() {
    if (!alive) {
      return;
    }
    world.ledger().log(this, "DIES", "");
    alive = false;
    downloads.die();
    uploads.die();
    links.die();
    List.copyOf(subscribers).forEach(SimulatedParents.Call::died);
    if (member.seed() && started) {
      world.time().after(Duration.ofSeconds(1), world.scheduler()::seedEnded);
    }
  }

  /** Tells what it holds, as every host does now and then, also when nobody knows it. */
  void report() {
    if (!alive || deleted) {
      return;
    }
    world.scheduler().announce(this);
    if (!downloads.isRunning() && stored.pieces().count() > 0) {
      downloads.peer().ifPresent(this::reportAs);
    }
  }

  private void reportAs(PeerId held) {
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
        .hold(
            List.of(
                new PeerStore.Held(
                    Content.SPEC, stored.facts(), record, downloads.hasReadSource())));
  }

  /** What it leaves behind that should not be there when all is over. */
  Optional<String> leftovers() {
    String left =
        "%d listeners, %d uploads, %d transfers, %d talks, %d blocks"
            .formatted(
                stored.listenerCount(),
                uploads.count(),
                downloads.transferCount(),
                sessions.size(),
                links.sending());
    return left.equals("0 listeners, 0 uploads, 0 transfers, 0 talks, 0 blocks")
        ? Optional.empty()
        : Optional.of(this + " has left " + left);
  }

  @Override
  public String toString() {
    return announced.hostname() + "(" + (member.seed() ? "seed " : "") + member.kind() + ")";
  }
}
