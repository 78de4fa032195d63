package dev.dragonfly.manager.searcher;

import java.util.Comparator;
import java.util.List;

/**
 * Orders clusters by how well they suit a daemon. Nobody is left out: the daemon takes the first
 * cluster that answers, so the order is also its way out when a cluster is down. Pure; any thread.
 */
final class ClusterSearcher {
  private static final double CIDR_WEIGHT = 0.30;
  private static final double HOSTNAME_WEIGHT = 0.30;
  private static final double IDC_WEIGHT = 0.25;
  private static final double LOCATION_WEIGHT = 0.14;
  private static final double DEFAULT_WEIGHT = 0.01;

  /** Best first; equal ones keep their order. */
  List<Candidate> rank(List<Candidate> candidates, Daemon daemon) {
    record Scored(Candidate candidate, double score) {}
    ScopeMatcher.Asked asked = ScopeMatcher.Asked.of(daemon);
    return candidates.stream()
        .map(candidate -> new Scored(candidate, score(candidate, asked)))
        .sorted(Comparator.comparingDouble(Scored::score).reversed())
        .map(Scored::candidate)
        .toList();
  }

  /** From 0, nothing fits, to 1, everything does. */
  static double score(Candidate candidate, ScopeMatcher.Asked daemon) {
    ScopeMatcher scopes = candidate.scopes();
    return CIDR_WEIGHT * (scopes.hasNetworkOf(daemon) ? 1 : 0)
        + HOSTNAME_WEIGHT * (scopes.hasHostname(daemon) ? 1 : 0)
        + IDC_WEIGHT * (scopes.hasIdc(daemon) ? 1 : 0)
        + LOCATION_WEIGHT * scopes.nearness(daemon)
        + DEFAULT_WEIGHT * (candidate.isDefault() ? 1 : 0);
  }
}
