package dev.dragonfly.simulation;

import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.simulation.Member.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What a world is made of.
 *
 * @param members its hosts
 * @param pieces of the content
 * @param isFaulty whether anybody is anything but healthy, slow or busy
 * @param outage when the scheduler is away, if it is
 * @param flush when its graph is emptied, if it is
 */
record WorldPlan(
    List<Member> members,
    int pieces,
    boolean isFaulty,
    Optional<Outage> outage,
    Optional<Duration> flush) {
  private static final long HEALTHY_RATE = 12_800;

  /** The scheduler is away from then on, so long. */
  record Outage(Duration from, Duration lasts) {}

  /** The world of a seed. */
  static WorldPlan of(SplittableRandom random) {
    int size = random.nextInt(100) == 0 ? 200 : random.nextInt(20, 41);
    return of(random, size);
  }

  static WorldPlan of(SplittableRandom random, int size) {
    int pieces = random.nextInt(8, 25);
    boolean faulty = random.nextInt(4) > 0;
    boolean ranges = random.nextInt(3) == 0;
    List<Member> members = new ArrayList<>();
    if (random.nextBoolean()) {
      members.add(member(random, Kind.HEALTHY, true, pieces, false, faulty));
    }
    int troublesome = faulty ? random.nextInt(1, 1 + size / 4) : 0;
    while (members.size() < size) {
      Kind kind = members.size() % 4 == 0 && troublesome-- > 0 ? bad(random) : good(random);
      members.add(member(random, kind, false, pieces, ranges, faulty));
    }
    Optional<Outage> outage =
        faulty && random.nextInt(5) == 0
            ? Optional.of(new Outage(millis(random, 0, 6_000), millis(random, 500, 20_000)))
            : Optional.empty();
    Optional<Duration> flush =
        faulty && random.nextInt(5) == 0 ? Optional.of(millis(random, 0, 8_000)) : Optional.empty();
    return new WorldPlan(members, pieces, faulty, outage, flush);
  }

  /** Whether anybody wants less than the whole. */
  boolean hasRanges() {
    return members.stream().anyMatch(member -> !member.wants().equals(List.of(Optional.empty())));
  }

  /**
   * How often the source is read at most, in lengths of the content: once for the whole, once for
   * parts that were read before anybody wanted the whole, and once more for each member through
   * which a reader or what it read can be lost. Who has no scheduler, no key of a reader or only
   * forgers as parents helps himself after a while, so then each reads it once.
   */
  int mostReads() {
    boolean onTheirOwn =
        outage.isPresent()
            || flush.isPresent()
            || members.stream().anyMatch(member -> member.kind() == Kind.FORGING);
    if (onTheirOwn) {
      return members.size();
    }
    long harmful = members.stream().filter(Member::isHarmful).count();
    return (hasRanges() ? 2 : 1) + (int) harmful;
  }

  private static Kind good(SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> Kind.SLOW;
      case 1 -> Kind.BUSY;
      default -> Kind.HEALTHY;
    };
  }

  private static Kind bad(SplittableRandom random) {
    Kind[] kinds = {Kind.TRICKLING, Kind.LYING, Kind.FORGING, Kind.DELETING};
    return kinds[random.nextInt(kinds.length)];
  }

  private static Member member(
      SplittableRandom random,
      Kind kind,
      boolean seed,
      int pieces,
      boolean ranges,
      boolean faulty) {
    long rate =
        switch (kind) {
          case SLOW -> HEALTHY_RATE / 50;
          case TRICKLING -> 1;
          default -> HEALTHY_RATE / 2 + random.nextLong(HEALTHY_RATE);
        };
    boolean late = !seed && random.nextInt(6) == 0;
    boolean dies = faulty && random.nextInt(8) == 0;
    return new Member(
        kind,
        seed,
        rate,
        kind == Kind.BUSY ? 1 : random.nextInt(4, 17),
        Duration.ofNanos(random.nextLong(200_000, 20_000_000)),
        late ? millis(random, 0, 30_000) : millis(random, 0, 500),
        wants(random, pieces, ranges && !seed),
        dies ? Optional.of(millis(random, 100, 15_000)) : Optional.empty(),
        random.nextBoolean());
  }

  private static List<Optional<ByteRange>> wants(
      SplittableRandom random, int pieces, boolean ranges) {
    List<Optional<ByteRange>> wants = new ArrayList<>();
    int parts = ranges ? random.nextInt(4) : 0;
    for (int i = 0; i < parts; i++) {
      int first = random.nextInt(pieces);
      int count = 1 + random.nextInt(Math.min(4, pieces - first));
      wants.add(
          Optional.of(
              new ByteRange((long) first * Content.PIECE, (long) count * Content.PIECE - 512)));
    }
    if (parts == 0 || random.nextBoolean()) {
      wants.add(Optional.empty());
    }
    return List.copyOf(wants);
  }

  private static Duration millis(SplittableRandom random, int from, int to) {
    return Duration.ofMillis(random.nextInt(from, to));
  }
}
