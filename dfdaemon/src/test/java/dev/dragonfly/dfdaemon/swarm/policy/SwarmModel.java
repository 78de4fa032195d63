package dev.dragonfly.dfdaemon.swarm.policy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A swarm of which every host decides with the production policy, over modelled links: a host's
 * uplink sends one block after the other, its downlink takes one after the other, and what is said
 * takes a few milliseconds. One seed reads the source in order. Times are nanoseconds of simulated
 * time; the same plan gives the same run. For one thread.
 */
final class SwarmModel {
  private static final int BLOCK_BITS = 20;
  private static final int NEIGHBOUR_BITS = 10;
  private static final int HOST_BITS = 20;

  private final Plan plan;
  final RandomGenerator random;
  private final EventWheel events = new EventWheel();
  private final ModelHost[] hosts;
  private int unfinished;
  private int read;

  /**
   * What is simulated.
   *
   * @param peers ordinary peers; host 0 is the seed beside them
   * @param blocks of the content
   * @param blockBytes of each
   * @param rate bytes a second of every link, up and down
   * @param sourceRate bytes a second of the source
   * @param degree neighbours that a peer looks for, the seed among them as far as it has room; as
   *     many more may find it
   * @param seedRoom neighbours of the seed
   */
  record Plan(
      int peers,
      int blocks,
      int blockBytes,
      double rate,
      double sourceRate,
      int degree,
      int seedRoom,
      long seed) {
    double boundSeconds() {
      return (double) blocks * blockBytes / Math.min(rate, sourceRate);
    }

    long blockNanos() {
      return (long) (blockBytes / rate * 1e9);
    }
  }

  /** How it went. */
  record Outcome(
      double ratio,
      double median,
      double last,
      double seedCopies,
      double duplicates,
      long events) {}

  /** What can happen to a host. */
  private enum Kind {
    READ(0),
    TICK(1),
    FLUSH(2),
    ASKED(3),
    BUSY(4),
    SENT(5),
    ARRIVED(6);

    /** By their codes. */
    static final Kind[] ALL = {READ, TICK, FLUSH, ASKED, BUSY, SENT, ARRIVED};

    final long code;

    Kind(long code) {
      this.code = code;
    }
  }

  SwarmModel(Plan plan) {
    this.plan = plan;
    this.random = new SplittableRandom(plan.seed());
    this.hosts = new ModelHost[plan.peers() + 1];
    Arrays.setAll(hosts, id -> new ModelHost(this, id));
  }

  Plan plan() {
    return plan;
  }

  long now() {
    return events.now();
  }

  boolean isOver() {
    return unfinished == 0;
  }

  Outcome run() {
    connect();
    unfinished = plan.peers();
    hosts[0].standing(false);
    planRead();
    for (ModelHost host : hosts) {
      plan(random.nextLong(ModelHost.TICK), Kind.TICK, host, 0, 0, 0);
    }
    long count = 0;
    while (unfinished > 0 && events.next()) {
      happen(events.what(), events.since());
      count++;
    }
    double[] ends = Arrays.stream(hosts).skip(1).mapToDouble(h -> h.finishedAt / 1e9).toArray();
    Arrays.sort(ends);
    long wanted = (long) plan.peers() * plan.blocks();
    long received = Arrays.stream(hosts).mapToLong(h -> h.received).sum();
    return new Outcome(
        ends[ends.length - 1] / plan.boundSeconds(),
        ends[ends.length / 2],
        ends[ends.length - 1],
        (double) hosts[0].sent / plan.blocks(),
        (double) (received - wanted) / wanted,
        count);
  }

  private void happen(long what, long since) {
    int block = (int) what & (1 << BLOCK_BITS) - 1;
    int n = (int) (what >> BLOCK_BITS) & (1 << NEIGHBOUR_BITS) - 1;
    int id = (int) (what >> BLOCK_BITS + NEIGHBOUR_BITS) & (1 << HOST_BITS) - 1;
    ModelHost host = hosts[id];
    switch (Kind.ALL[(int) (what >> BLOCK_BITS + NEIGHBOUR_BITS + HOST_BITS)]) {
      case READ -> {
        host.reads(block);
        planRead();
      }
      case TICK -> host.tick();
      case FLUSH -> host.flush(n);
      case ASKED -> host.isAsked(n, block, since);
      case BUSY -> host.hearsBusy(n, block, since);
      case SENT -> host.hasSent(n, block, since);
      case ARRIVED -> host.receives(n, block, since);
    }
  }

  private void plan(long delay, Kind kind, ModelHost host, int n, int block, long since) {
    long what = kind.code << HOST_BITS | host.id;
    events.add(delay, (what << NEIGHBOUR_BITS | n) << BLOCK_BITS | block, since);
  }

  void planTick(ModelHost host) {
    plan(ModelHost.TICK, Kind.TICK, host, 0, 0, 0);
  }

  void planFlush(ModelHost host, int n, long delay) {
    plan(delay, Kind.FLUSH, host, n, 0, 0);
  }

  void planAsk(ModelHost host, int n, int block, long delay) {
    plan(delay, Kind.ASKED, host, n, block, now());
  }

  void planBusy(ModelHost host, int n, int block, long delay, long rest) {
    plan(delay, Kind.BUSY, host, n, block, rest);
  }

  void planSent(ModelHost host, int n, int block, long delay, long since) {
    plan(delay, Kind.SENT, host, n, block, since);
  }

  void planArrival(ModelHost host, int n, int block, long delay, long since) {
    plan(delay, Kind.ARRIVED, host, n, block, since);
  }

  private void planRead() {
    if (read < plan.blocks()) {
      double rate = Math.min(plan.rate(), plan.sourceRate());
      long at = (long) ((read + 1.0) * plan.blockBytes() / rate * 1e9);
      plan(at - now(), Kind.READ, hosts[0], 0, read++, 0);
    }
  }

  void finished() {
    unfinished--;
  }

  private void connect() {
    for (int id = 1; id < hosts.length; id++) {
      ModelHost host = hosts[id];
      // Those that come first, and of the others some: who comes when is chance.
      boolean early = hosts[0].degree() < plan.seedRoom() / 2;
      if (hosts[0].degree() < plan.seedRoom() && (early || random.nextInt(20) == 0)) {
        host.link(hosts[0]);
      }
      int wanted = Math.min(plan.degree(), plan.peers() - 1);
      for (int tries = 0; host.degree() < wanted && tries < 10 * wanted; tries++) {
        ModelHost other = hosts[1 + random.nextInt(plan.peers())];
        if (other != host && other.degree() < 2 * plan.degree() && !host.knows(other)) {
          host.link(other);
        }
      }
    }
  }
}
