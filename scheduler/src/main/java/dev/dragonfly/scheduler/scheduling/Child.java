package dev.dragonfly.scheduler.scheduling;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import java.util.Map;

/**
 * The peer for which a decision is made.
 *
 * @param id the peer
 * @param host where it runs
 * @param extVersion version of our extensions that it speaks, 0 for an upstream peer
 * @param wish what it asked for
 * @param priority 0 to 6, as on the wire
 * @param refused peers it shall not get, and why
 * @param waitedEnough whether it has waited as long as it may
 */
public record Child(
    PeerId id,
    Host host,
    int extVersion,
    Wish wish,
    int priority,
    Map<PeerId, Refusal> refused,
    boolean waitedEnough) {
  /** What a peer asks for. */
  public enum Wish {
    /** Parents, after a register. */
    PARENTS,
    /** Other parents, after those it had failed. */
    OTHER_PARENTS,
    /** To read the source itself, unless somebody has everything. */
    SOURCE,
    /** Only to be known. */
    METADATA
  }

  public Child {
    refused = Map.copyOf(refused);
  }
}
