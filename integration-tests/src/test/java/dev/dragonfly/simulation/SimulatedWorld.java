package dev.dragonfly.simulation;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import dev.dragonfly.scheduler.store.SampleSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A whole cluster on one thread; the same seed gives the same events. */
final class SimulatedWorld {
  private static final List<RunSigner> SIGNERS =
      Stream.generate(RunSigner::create).limit(200).toList();
  static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int MOST_RESCHEDULES = 30;
  private static final Duration AFTERMATH = Duration.ofMinutes(2);

  private final SplittableRandom random;
  private final WorldPlan plan;
  private final SimulatedTime time = new SimulatedTime();
  private final Ledger ledger;
  private final Content content;
  private final BlockBuffers buffers = new BlockBuffers(4, Content.PIECE);
  private final SimulatedScheduler scheduler;
  private final List<SimulatedHost> hosts = new ArrayList<>();
  private final Map<PeerId, SimulatedHost> byPeer = new HashMap<>();
  private final Map<HostId, SimulatedHost> byHost = new HashMap<>();
  private Duration ended = Duration.ZERO;

  SimulatedWorld(long seed, boolean keepsLog) {
    this.random = new SplittableRandom(seed);
    this.plan = WorldPlan.of(random);
    this.ledger = new Ledger(time, keepsLog);
    this.content = new Content(plan.pieces(), random);
    this.scheduler = new SimulatedScheduler(time, this);
    // Of their own, so that the members of a seed stay what they were before there were sessions.
    SplittableRandom ways = new SplittableRandom(-seed);
    int plain = ways.nextInt(4);
    for (Member member : plan.members()) {
      boolean speaksSessions = plain > 1 || plain == 1 && ways.nextBoolean();
      SimulatedHost host =
          new SimulatedHost(this, hosts.size(), member, SIGNERS.get(hosts.size()), speaksSessions);
      hosts.add(host);
      byHost.put(host.announced().id(), host);
    }
  }

  SplittableRandom random() {
    return random;
  }

  SimulatedTime time() {
    return time;
  }

  Ledger ledger() {
    return ledger;
  }

  Content content() {
    return content;
  }

  BlockBuffers buffers() {
    return buffers;
  }

  SimulatedScheduler scheduler() {
    return scheduler;
  }

  WorldPlan plan() {
    return plan;
  }

  /** When the last download ended. */
  Duration ended() {
    return ended;
  }

  void know(PeerId peer, SimulatedHost host) {
    byPeer.put(peer, host);
  }

  SimulatedHost hostOf(PeerId peer) {
    SimulatedHost host = byPeer.get(peer);
    if (host == null) {
      throw new AssertionError("nobody is peer " + peer);
    }
    return host;
  }

  SimulatedHost hostAt(Host announced) {
    SimulatedHost host = byHost.get(announced.id());
    if (host == null) {
      throw new AssertionError("nobody is host " + announced.id());
    }
    return host;
  }

  private SimulatedHost seed() {
    return hosts.getFirst();
  }

  /** The scheduler asks the seed; a dead one is found out soon. */
  void triggerSeed() {
    boolean useless = !seed().isAlive() || seed().hasStarted() && seed().isDone();
    if (useless) {
      time.after(Duration.ofSeconds(1), scheduler::seedEnded);
    } else {
      time.after(seed().member().latency(), seed()::start);
    }
  }

  boolean hasSeedSucceeded() {
    return seed().hasSucceeded();
  }

  /** Runs until all is over; what does not hold is in the ledger then. */
  void run() {
    for (SimulatedHost host : hosts) {
      scheduler.announce(host);
      if (!host.member().seed()) {
        time.after(host.member().joins(), host::start);
      }
      host.member()
          .dies()
          .ifPresent(when -> time.after(when.plus(host.member().joins()), host::die));
    }
    plan.outage()
        .ifPresent(outage -> {
          time.after(outage.from(), scheduler::leave);
          time.after(outage.from().plus(outage.lasts()), scheduler::comeBack);
        });
    plan.flush().ifPresent(when -> time.after(when, this::flush));
    while (!isDone() && time.nanos() < LIMIT.toNanos()) {
      time.step();
    }
    ended = Duration.ofNanos(time.nanos());
    if (!isDone()) {
      hosts.stream()
          .filter(host -> !host.isDone())
          .forEach(host ->
              ledger.violated(
                  host
                      + " is not done: "
                      + host.stored().pieces().count()
                      + " of "
                      + content.pieces()
                      + " pieces"));
    }
    closeDown();
    checkEnd();
  }

  private boolean isDone() {
    for (SimulatedHost host : hosts) {
      if (!host.isDone()) {
        return false;
      }
    }
    return true;
  }

  private void flush() {
    scheduler.flush();
    for (SimulatedHost host : hosts) {
      time.after(Duration.ofMillis(random.nextInt(30_000)), host::report);
    }
  }

  /** Liars leave; what was planned before the end still happens. */
  private void closeDown() {
    hosts.stream()
        .filter(host -> host.member().kind() == Member.Kind.FORGING)
        .forEach(SimulatedHost::die);
    long until = time.nanos() + AFTERMATH.toNanos();
    while (time.nanos() < until && time.step()) {
      // Nothing new begins any more.
    }
  }

  private void checkEnd() {
    if (time.pending() > 0) {
      ledger.violated(time.pending() + " timers are left");
    }
    if (scheduler.subscriptions() > 0 || scheduler.openStreams() > 0) {
      ledger.violated(
          scheduler.subscriptions()
              + " subscriptions and "
              + scheduler.openStreams()
              + " streams are left at the scheduler");
    }
    hosts.stream().flatMap(host -> host.leftovers().stream()).forEach(ledger::violated);
    scheduler.graph().tasks().look(Content.TASK, SampleSize.of(1000)).candidates().stream()
        .filter(candidate -> candidate.blames() > 0)
        .filter(candidate -> !hostOf(candidate.peerId()).member().lies())
        .forEach(
            candidate -> ledger.violated("the scheduler blames " + hostOf(candidate.peerId())));
    checkOrigin();
    checkMessages();
  }

  private void checkOrigin() {
    boolean exact = !plan.isFaulty() && !plan.hasRanges();
    if (exact ? originTimes() != 1 : originTimes() > plan.mostReads()) {
      ledger.violated(
          "the source was read %.2f times, expected %s %d"
              .formatted(originTimes(), exact ? "exactly" : "at most", plan.mostReads()));
    }
  }

  /** What one peer may say: a few words for each piece, and to be helped now and then. */
  private void checkMessages() {
    if (ledger.mostReschedules() > MOST_RESCHEDULES) {
      ledger.violated("a peer asked for others " + ledger.mostReschedules() + " times");
    }
    if (ledger.mostMessages() > 3 * content.pieces() + MOST_RESCHEDULES) {
      ledger.violated("a peer said " + ledger.mostMessages() + " things");
    }
  }

  double originTimes() {
    return (double) ledger.originBytes / content.length();
  }
}
