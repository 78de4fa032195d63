package dev.dragonfly.scheduler.scheduling;

import dev.dragonfly.common.host.Host;
import java.util.OptionalInt;

/**
 * Limits of a decision; the manager can change them at run time.
 *
 * @param candidateParents most parents for our peers
 * @param upstreamParents most parents for upstream peers
 * @param sample most candidates that are read
 * @param peerUploads pieces that an ordinary host gives at the same time before others are better
 * @param seedUploads the same for a seed
 */
public record Limits(
    int candidateParents, int upstreamParents, int sample, int peerUploads, int seedUploads) {
  private static final int NONE = Integer.MAX_VALUE;

  /** Without limits for what a host gives. */
  public Limits(int candidateParents, int upstreamParents, int sample) {
    this(candidateParents, upstreamParents, sample, NONE, NONE);
  }

  /** The limits of the configuration. */
  public static Limits of(SchedulingConfig config) {
    return new Limits(
        config.candidateParentLimit(), config.upstreamParentLimit(), config.filterParentLimit());
  }

  /** The same parents, and so much given by each; absent for no limit. */
  public Limits withUploads(OptionalInt byPeer, OptionalInt bySeed) {
    return new Limits(
        candidateParents, upstreamParents, sample, byPeer.orElse(NONE), bySeed.orElse(NONE));
  }

  /** Whether a host gives as much as it may. */
  public boolean isLoaded(Host host) {
    return host.stats().uploads() >= (host.type().isSeed() ? seedUploads : peerUploads);
  }

  /** Most parents for a peer that speaks this version of our extensions. */
  public int parentsFor(int extVersion) {
    return extVersion > 0 ? candidateParents : upstreamParents;
  }
}
