package dev.dragonfly.dfdaemon.swarm.policy;

import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;

/** A host of a {@link SwarmModel}: what {@code Taking} and {@code Giving} do, and links. */
final class ModelHost {
  private static final long MILLI = 1_000_000;
  private static final long SAID = 3 * MILLI;
  static final long TICK = 50 * MILLI;

  /** As {@code BlockChoice} and {@code UploadBacklog} have it. */
  private static final long AIM = Duration.ofMillis(150).toNanos();

  private static final int LEAST = 4;
  private static final int MOST = 64;

  final int id;
  private final SwarmModel model;
  private final int blocks;
  private final BlockSet have = new BlockSet();
  private final BlockPicker picker;
  private final RequestWindows windows = new RequestWindows(AIM, LEAST, MOST);
  private final Uplink uplink = new Uplink(AIM, LEAST);
  private final Lateness lateness = new Lateness(windows);
  private final RevealPolicy reveal;
  private Side[] sides = new Side[16];
  private int degree;

  /** What is asked of whom, one after the other without gaps; a block may be there twice. */
  private int[] askedOf = new int[2 * MOST];

  private int[] askedBlock = new int[2 * MOST];
  private int asked;
  private final long[] askedAt;
  private final byte[] copies;

  /** When the first of those that have no room will be asked again. */
  private long nextRestEnd = Long.MAX_VALUE;

  private long upFree;
  private long downFree;
  long sent;
  long received;
  long finishedAt;

  /** What this host knows of a neighbour. */
  private static final class Side {
    final ModelHost other;

    /** This host's number among the other's neighbours. */
    final int back;

    final BitSet toTell = new BitSet();
    long restUntil;

    Side(ModelHost other, int back) {
      this.other = other;
      this.back = back;
    }
  }

  ModelHost(SwarmModel model, int id) {
    this.model = model;
    this.id = id;
    this.blocks = model.plan().blocks();
    this.picker = new BlockPicker(model.random);
    this.reveal = new RevealPolicy(this::show, model.random);
    this.askedAt = new long[isSeed() ? 0 : blocks];
    this.copies = new byte[isSeed() ? 0 : blocks];
    for (int block = 0; block < askedAt.length; block++) {
      picker.want(block);
    }
  }

  private boolean isSeed() {
    return id == 0;
  }

  private boolean isComplete() {
    return have.count() == blocks;
  }

  int degree() {
    return degree;
  }

  boolean knows(ModelHost other) {
    for (int n = 0; n < degree; n++) {
      if (sides[n].other == other) {
        return true;
      }
    }
    return false;
  }

  void link(ModelHost other) {
    int mine = degree;
    join(new Side(other, other.degree));
    other.join(new Side(this, mine));
  }

  private void join(Side side) {
    if (degree == sides.length) {
      sides = Arrays.copyOf(sides, 2 * degree);
    }
    sides[degree] = side;
    picker.join(degree);
    reveal.join(degree, model.now());
    if (side.other.isSeed()) {
      reveal.finished(degree, model.now());
    }
    degree++;
  }

  void standing(boolean complete) {
    reveal.standing(isSeed(), complete, model.now());
  }

  // Saying and hearing what is there.

  /** The seed has read a block of the source. */
  void reads(int block) {
    have.add(block);
    reveal.ready(block, model.now());
    if (isComplete()) {
      standing(true);
    }
  }

  private void show(int n, int block) {
    Side side = sides[n];
    if (isComplete() && side.other.isComplete()) {
      return; // they have parted
    }
    if (side.toTell.isEmpty()) {
      model.planFlush(this, n, SAID);
    }
    side.toTell.set(block);
  }

  void flush(int n) {
    Side side = sides[n];
    side.other.hears(side.back, side.toTell);
    side.toTell.clear();
  }

  private void hears(int n, BitSet told) {
    reveal.has(n, told, model.now());
    if (isSeed()) {
      if (sides[n].other.isComplete()) {
        reveal.finished(n, model.now());
      }
    } else if (!isComplete()) {
      picker.has(n, told);
      // Of the others nobody could be asked the last time: who looks again finds the same.
      if (canAsk(n) || nextRestEnd <= model.now()) {
        pump();
      }
    }
  }

  // Asking.

  private void pump() {
    while (picker.wanted() > 0 && windows.hasRoom()) {
      int best = soonest();
      if (best < 0) {
        return;
      }
      int block = picker.pick(best);
      picker.unwant(block);
      ask(best, block);
    }
  }

  private int soonest() {
    int best = -1;
    long soonest = Long.MAX_VALUE;
    int same = 0;
    nextRestEnd = Long.MAX_VALUE;
    for (int n = 0; n < degree; n++) {
      if (canAsk(n)) {
        long expected = windows.expectedNanos(n);
        same = expected == soonest ? same + 1 : 1;
        if (expected < soonest || expected == soonest && model.random.nextInt(same) == 0) {
          soonest = expected;
          best = n;
        }
      }
    }
    return best;
  }

  private boolean canAsk(int n) {
    if (picker.useful(n) == 0 || !windows.hasRoom(n)) {
      return false;
    }
    long rest = sides[n].restUntil;
    if (rest > model.now()) {
      nextRestEnd = Math.min(nextRestEnd, rest);
      return false;
    }
    return true;
  }

  private void ask(int n, int block) {
    copies[block]++;
    askedAt[block] = model.now();
    windows.asked(n);
    askedOf[asked] = n;
    askedBlock[asked++] = block;
    model.planAsk(sides[n].other, sides[n].back, block, MILLI);
  }

  void hearsBusy(int n, int block, long rest) {
    for (int i = 0; i < asked; i++) {
      if (askedOf[i] == n && askedBlock[i] == block) {
        forget(i);
        sides[n].restUntil = model.now() + rest;
        windows.gone(n);
        if (--copies[block] == 0 && !have.has(block)) {
          picker.want(block);
        }
        pump();
        return;
      }
    }
  }

  private void forget(int i) {
    asked--;
    askedOf[i] = askedOf[asked];
    askedBlock[i] = askedBlock[asked];
  }

  void receives(int n, int block, long since) {
    received++;
    if (have.has(block)) {
      return;
    }
    for (int i = asked - 1; i >= 0; i--) {
      if (askedBlock[i] == block) {
        int of = askedOf[i];
        forget(i);
        if (of == n) {
          windows.behind(picker.isBehind());
          windows.came(n, since, model.now());
        } else {
          windows.gone(of);
        }
      }
    }
    lateness.came();
    have.add(block);
    picker.here(block);
    reveal.ready(block, model.now());
    if (isComplete()) {
      finishedAt = model.now();
      model.finished();
      standing(true);
    }
    pump();
  }

  // Giving.

  void isAsked(int n, int block, long since) {
    Side to = sides[n];
    if (to.other.have.has(block)) {
      return; // taken back in time
    }
    if (!uplink.hasRoom()) {
      model.planBusy(to.other, to.back, block, MILLI, uplink.retryNanos());
      return;
    }
    long now = model.now();
    uplink.queued(model.plan().blockBytes(), now);
    upFree = Math.max(now, upFree) + model.plan().blockNanos();
    model.planSent(this, n, block, upFree - now, since);
  }

  void hasSent(int n, int block, long since) {
    long now = model.now();
    sent++;
    uplink.gone(model.plan().blockBytes(), true, now);
    reveal.given(n, block, now);
    ModelHost to = sides[n].other;
    to.downFree = Math.max(now, to.downFree) + model.plan().blockNanos();
    model.planArrival(to, sides[n].back, block, to.downFree - now, since);
  }

  // Time.

  void tick() {
    reveal.tick(uplink.isIdle(), model.now());
    if (!isSeed() && !isComplete()) {
      hedge();
      pump();
    }
    if (!model.isOver()) {
      model.planTick(this);
    }
  }

  private void hedge() {
    for (int i = asked - 1; i >= 0; i--) {
      int block = askedBlock[i];
      if (copies[block] == 1
          && lateness.isLate(askedAt[block], model.now(), picker.wanted() == 0)) {
        int second = another(askedOf[i], block);
        if (second >= 0) {
          lateness.askedTwice();
          ask(second, block);
        }
      }
    }
  }

  private int another(int first, int block) {
    for (int n = 0; n < degree; n++) {
      if (n != first
          && picker.hasBlock(n, block)
          && windows.hasRoom(n)
          && sides[n].restUntil <= model.now()) {
        return n;
      }
    }
    return -1;
  }
}
