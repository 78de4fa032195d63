package dev.dragonfly.scheduler.scheduling;

/**
 * Limits of a decision; the manager can change them at run time.
 *
 * @param candidateParents most parents for our peers
 * @param upstreamParents most parents for upstream peers
 * @param sample most candidates that are read
 */
public record Limits(int candidateParents, int upstreamParents, int sample) {
  /** The limits of the configuration. */
  public static Limits of(SchedulingConfig config) {
    return new Limits(
        config.candidateParentLimit(), config.upstreamParentLimit(), config.filterParentLimit());
  }

  /** Most parents for a peer that speaks this version of our extensions. */
  public int parentsFor(int extVersion) {
    return extVersion > 0 ? candidateParents : upstreamParents;
  }
}
