package dev.dragonfly.bench;

import dev.dragonfly.cluster.LabPlan;
import dev.dragonfly.lab.LinkRate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which swarm is measured.
 *
 * @param peers ordinary daemons
 * @param length bytes of the file
 * @param rate of the links of seed and peers
 * @param originRate of the link of the origin
 * @param slow so many peers, the last ones, have a link of their own rate
 * @param slowRate that rate
 * @param plain so many peers, the first ones, have no sessions
 * @param victim who is killed in the middle
 */
record SwarmSettings(
    int peers,
    long length,
    LinkRate rate,
    LinkRate originRate,
    int slow,
    LinkRate slowRate,
    int plain,
    Victim victim) {
  private static final int MOST_PEERS = 100;

  /** Who is killed when the median peer has half of the file. */
  enum Victim {
    NOBODY,
    SEED,
    THIRD
  }

  SwarmSettings {
    if (peers < 1 || peers > MOST_PEERS || slow >= peers || plain > peers) {
      throw new IllegalArgumentException(
          "peers must be 1 to %d, slow ones fewer and plain ones at most so many; got %d, %d, %d"
              .formatted(MOST_PEERS, peers, slow, plain));
    }
    if (length < 1) {
      throw new IllegalArgumentException("a file of " + length + " bytes takes no time");
    }
  }

  LabPlan plan() {
    return new LabPlan(links(), rate, originRate, plain);
  }

  private List<LinkRate> links() {
    List<LinkRate> links = new ArrayList<>(fastLinks());
    for (int i = 0; i < slow; i++) {
      links.add(slowRate);
    }
    return links;
  }

  private List<LinkRate> fastLinks() {
    return Stream.generate(() -> rate).limit(peers - slow).toList();
  }

  /** Seconds until all can have it. */
  double bound() {
    List<LinkRate> receivers = links();
    receivers.add(rate); // The seed.
    return SwarmBound.seconds(length, originRate, receivers);
  }

  /** Seconds until all but the slow ones can have it, who need not exist for that. */
  double fastBound() {
    List<LinkRate> receivers = new ArrayList<>(fastLinks());
    receivers.add(rate);
    return SwarmBound.seconds(length, originRate, receivers);
  }
}
