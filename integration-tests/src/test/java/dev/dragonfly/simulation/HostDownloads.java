package dev.dragonfly.simulation;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.dfdaemon.session.SimulatedSession;
import dev.dragonfly.dfdaemon.task.SteppedDownload;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What one host downloads, one after the other, and what it says of it. For one thread. */
final class HostDownloads {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration POLL = Duration.ofMillis(50);

  private final SimulatedHost host;
  private final SimulatedWorld world;
  private final Transfers transfers;
  private final DownloadParts parts;
  private final Deque<Optional<ByteRange>> wants;
  private @Nullable SteppedDownload download;
  private @Nullable SimulatedSession session;
  private @Nullable PeerId peer;
  private boolean readSource;
  private boolean ticking;
  private long lookedAt;

  HostDownloads(SimulatedHost host, SimulatedWorld world) {
    this.host = host;
    this.world = world;
    this.transfers = new Transfers(host, world);
    this.parts = new DownloadParts(host, world, transfers);
    this.wants = new ArrayDeque<>(host.member().wants());
  }

  boolean isRunning() {
    return download != null;
  }

  /** Whether nothing runs and nothing is wanted any more. */
  boolean isOver() {
    return download == null && wants.isEmpty();
  }

  boolean hasReadSource() {
    return readSource;
  }

  /** As whom it spoke last with the scheduler. */
  Optional<PeerId> peer() {
    return Optional.ofNullable(peer);
  }

  /** Pieces that are wanted now and missing. */
  BitSet missing() {
    SteppedDownload running = download;
    return running == null ? new BitSet() : running.claims().missing();
  }

  int transferCount() {
    return transfers.count();
  }

  /** Begins the next one. */
  void next() {
    Optional<ByteRange> range = wants.removeFirst();
    PeerId fresh = newPeer();
    world.ledger().log(host, "BEGINS", range);
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

  /** Says that it has everything, without any download. */
  void forge() {
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

  private PeerId newPeer() {
    PeerId fresh =
        PeerId.of(
            host.announced().ip(),
            host.announced().hostname(),
            new UUID(world.random().nextLong(), world.random().nextLong()),
            host.member().seed());
    world.know(fresh, host);
    peer = fresh;
    return fresh;
  }

  private void readSource(SteppedDownload asking) {
    world.ledger().log(host, "READS SOURCE", "");
    readSource = true;
    new SourceRead(host, world, asking).begin();
  }

  /** After every event of the host: does what can be done at once. */
  void settle() {
    SteppedDownload now = download;
    if (now == null) {
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
    world.ledger().log(host, "ENDS", String.valueOf(now.failure()));
    if (now.failure() != null) {
      world.ledger().violated(host + " failed: " + now.failure().getMessage());
    }
    download = null;
    transfers.clear();
    if (host.member().seed()) {
      world.scheduler().seedEnded();
    }
    if (wants.isEmpty()) {
      host.hasAll();
    } else {
      world
          .time()
          .after(
              Duration.ofMillis(world.random().nextInt(2_000)),
              () -> {
                if (host.isAlive()) {
                  next();
                }
              });
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
              if (download != null) {
                tickLater();
              }
            });
  }

  /** The host disappeared: nobody hears how it ended. */
  void die() {
    transfers.clear();
    if (download != null) {
      download.die();
      download = null;
    }
    if (session != null) {
      session.die();
    }
  }
}
