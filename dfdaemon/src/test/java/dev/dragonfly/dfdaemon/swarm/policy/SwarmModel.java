package dev.dragonfly.dfdaemon.swarm.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A swarm of which every host decides with the production policy, over modelled links: a host's
 * uplink sends one block after the other, its downlink takes one after the other, and what is said
 * takes a few milliseconds. One seed reads the source in order. Times are nanoseconds of simulated
 * time; the same arguments give the same run.
 */
final class SwarmModel {
  private static final long MILLI = 1_000_000;
  private static final long SAID = 3 * MILLI;
  private static final long TICK = 50 * MILLI;

  private final Plan plan;
  private final RandomGenerator random;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final List<Host> hosts = new ArrayList<>();
  private long now;
  private long order;
  private int unfinished;

  /**
   * What is simulated.
   *
   * @param peers ordinary peers; host 0 is the seed beside them
   * @param blocks of the content
   * @param blockBytes of each
   * @param rate bytes a second of every link, up and down
   * @param sourceRate bytes a second of the source
   * @param degree neighbours that a peer asks for, the seed among them as far as it has room
   */
  record Plan(
      int peers,
      int blocks,
      long blockBytes,
      double rate,
      double sourceRate,
      int degree,
      long seed) {
    double boundSeconds() {
      double file = (double) blocks * blockBytes;
      return file / Math.min(rate, sourceRate);
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

  private record Event(long at, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  SwarmModel(Plan plan) {
    this.plan = plan;
    this.random = new SplittableRandom(plan.seed());
  }

  Outcome run() {
    for (int i = 0; i <= plan.peers(); i++) {
      hosts.add(new Host(i));
    }
    connect();
    unfinished = plan.peers();
    readSource();
    for (Host host : hosts) {
      at(random.nextLong(TICK), host::tick);
    }
    long count = 0;
    while (unfinished > 0 && !events.isEmpty()) {
      Event next = events.poll();
      now = next.at();
      next.action().run();
      count++;
    }
    double[] ends = hosts.stream().skip(1).mapToDouble(h -> h.finishedAt / 1e9).sorted().toArray();
    long wanted = (long) plan.peers() * plan.blocks();
    return new Outcome(
        ends[ends.length - 1] / plan.boundSeconds(),
        ends[ends.length / 2],
        ends[ends.length - 1],
        (double) hosts.getFirst().sent / plan.blocks(),
        (double) (hosts.stream().mapToLong(h -> h.received).sum() - wanted) / wanted,
        count);
  }

  private void at(long delay, Runnable action) {
    events.add(new Event(now + delay, order++, action));
  }

  private void connect() {
    int room = 128;
    for (Host host : hosts.subList(1, hosts.size())) {
      if (hosts.getFirst().links.size() < room || random.nextInt(20) == 0) {
        host.link(hosts.getFirst());
      }
      int wanted = Math.min(plan.degree(), plan.peers() - 1);
      for (int tries = 0; host.links.size() < wanted && tries < 10 * wanted; tries++) {
        Host other = hosts.get(1 + random.nextInt(plan.peers()));
        if (other != host && other.links.size() < 2 * plan.degree() && !host.knows(other)) {
          host.link(other);
        }
      }
    }
  }

  private void readSource() {
    Host seed = hosts.getFirst();
    seed.reveal.standing(true, false, now);
    double rate = Math.min(plan.rate(), plan.sourceRate());
    for (int block = 0; block < plan.blocks(); block++) {
      int number = block;
      at(
          (long) ((block + 1) * plan.blockBytes() / rate * 1e9),
          () -> {
            seed.have.set(number);
            seed.reveal.ready(number, now);
            if (number == plan.blocks() - 1) {
              seed.reveal.standing(true, true, now);
            }
          });
    }
  }

  /** One direction of a link: what its owner knows of the other. */
  private static final class Side {
    final Host other;
    int back;
    long restUntil;

    Side(Host other) {
      this.other = other;
    }
  }

  private final class Host {
    final int id;
    final BitSet have = new BitSet();
    final List<Side> links = new ArrayList<>();
    final BlockPicker picker = new BlockPicker(random);
    final RequestWindows windows = new RequestWindows(150 * MILLI, 4, 64);
    final Uplink uplink = new Uplink(150 * MILLI, 4);
    final Lateness lateness = new Lateness(windows);
    final RevealPolicy reveal = new RevealPolicy(this::show, random);
    final List<int[]> asked = new ArrayList<>();
    final List<BitSet> toShow = new ArrayList<>();
    final long[] askedAt = new long[plan.blocks()];
    final int[] first = new int[plan.blocks()];
    final int[] copies = new int[plan.blocks()];
    long upFree;
    long downFree;
    long sent;
    long received;
    long finishedAt;

    Host(int id) {
      this.id = id;
      if (id > 0) {
        for (int block = 0; block < plan.blocks(); block++) {
          picker.want(block);
        }
      }
    }

    boolean knows(Host other) {
      return links.stream().anyMatch(side -> side.other == other);
    }

    void link(Host other) {
      Side mine = new Side(other);
      Side theirs = new Side(this);
      mine.back = other.links.size();
      theirs.back = links.size();
      join(mine);
      other.join(theirs);
    }

    private void join(Side side) {
      int n = links.size();
      links.add(side);
      toShow.add(new BitSet());
      picker.join(n);
      reveal.join(n, now);
      if (side.other.id == 0) {
        reveal.finished(n, now);
      }
    }

    private void show(int n, int block) {
      BitSet told = toShow.get(n);
      if (told.isEmpty()) {
        at(SAID, () -> flush(n));
      }
      told.set(block);
    }

    private void flush(int n) {
      BitSet told = toShow.get(n);
      toShow.set(n, new BitSet());
      Side side = links.get(n);
      side.other.hears(side.back, told);
    }

    private void hears(int n, BitSet told) {
      reveal.has(n, told, now);
      picker.has(n, told);
      if (id > 0) {
        pump();
      } else if (hosts.get(links.get(n).other.id).have.cardinality() == plan.blocks()) {
        reveal.finished(n, now);
      }
    }

    private void pump() {
      while (windows.hasRoom()) {
        int best = -1;
        long soonest = Long.MAX_VALUE;
        int same = 0;
        for (int n = 0; n < links.size(); n++) {
          if (picker.useful(n) > 0 && windows.hasRoom(n) && links.get(n).restUntil <= now) {
            long expected = windows.expectedNanos(n);
            same = expected == soonest ? same + 1 : 1;
            if (expected < soonest || expected == soonest && random.nextInt(same) == 0) {
              soonest = expected;
              best = n;
            }
          }
        }
        if (best < 0) {
          return;
        }
        int block = picker.pick(best);
        picker.unwant(block);
        first[block] = best;
        ask(best, block);
      }
    }

    private void ask(int n, int block) {
      copies[block]++;
      askedAt[block] = now;
      windows.asked(n);
      asked.add(new int[] {n, block});
      long since = now;
      at(MILLI, () -> links.get(n).other.give(links.get(n).back, block, since));
    }

    private void give(int n, int block, long since) {
      Host to = links.get(n).other;
      if (to.have.get(block)) {
        return; // taken back in time
      }
      if (!uplink.hasRoom()) {
        long rest = uplink.retryNanos();
        at(MILLI, () -> to.busy(links.get(n).back, block, rest));
        return;
      }
      long takes = (long) (plan.blockBytes() / plan.rate() * 1e9);
      uplink.queued((int) plan.blockBytes(), now);
      upFree = Math.max(now, upFree) + takes;
      at(
          upFree - now,
          () -> {
            sent++;
            uplink.gone((int) plan.blockBytes(), true, now);
            reveal.given(n, block, now);
            to.downFree = Math.max(now, to.downFree + takes);
            at(to.downFree - now, () -> to.arrived(links.get(n).back, block, since));
          });
    }

    private void busy(int n, int block, long rest) {
      if (asked.removeIf(one -> one[0] == n && one[1] == block)) {
        links.get(n).restUntil = now + rest;
        windows.gone(n);
        copies[block]--;
        if (copies[block] == 0 && !have.get(block)) {
          picker.want(block);
        }
        pump();
      }
    }

    private void arrived(int n, int block, long since) {
      received++;
      if (!have.get(block)) {
        asked.removeIf(one -> one[0] == n && one[1] == block);
        windows.came(n, since, now);
        lateness.came();
        have.set(block);
        asked.removeIf(one -> {
          if (one[1] == block) {
            windows.gone(one[0]);
          }
          return one[1] == block;
        });
        reveal.ready(block, now);
        if (have.cardinality() == plan.blocks()) {
          finishedAt = now;
          unfinished--;
          reveal.standing(false, true, now);
        }
      }
      pump();
    }

    private void tick() {
      reveal.tick(uplink.isIdle(), now);
      if (id > 0 && finishedAt == 0) {
        hedge();
        pump();
      }
      if (unfinished > 0) {
        at(TICK, this::tick);
      }
    }

    private void hedge() {
      for (int[] one : List.copyOf(asked)) {
        int block = one[1];
        if (copies[block] == 1 && lateness.isLate(askedAt[block], now, picker.wanted() == 0)) {
          for (int n = 0; n < links.size(); n++) {
            if (n != one[0]
                && picker.hasBlock(n, block)
                && windows.hasRoom(n)
                && links.get(n).restUntil <= now) {
              lateness.askedTwice();
              ask(n, block);
              break;
            }
          }
        }
      }
    }
  }
}
