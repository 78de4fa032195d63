package dev.dragonfly.scheduler.scheduling;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.PeerState;

/** How good a candidate is for a child, 0 to 1; pure. */
final class ParentScore {
  private static final double CONTENT = 0.35;
  private static final double LOAD = 0.25;
  private static final double FREE_UPLOAD = 0.10;
  private static final double IDC = 0.15;
  private static final double LOCATION = 0.15;
  private static final double SEED_PENALTY = 0.20;
  private static final double READER = 0.95;
  private static final double SOME_PIECES = 0.75;
  private static final double NO_PIECES = 0.10;
  private static final double EASY_LOAD = 4;

  private ParentScore() {}

  /**
   * @param pieceCount pieces of the task, 0 while unknown
   * @param spareSeeds whether ordinary peers have content too, so that seeds can be left alone
   */
  static double of(Candidate candidate, Host child, int pieceCount, boolean spareSeeds) {
    Host host = candidate.host();
    double score =
        CONTENT * content(candidate, pieceCount)
            + LOAD * load(candidate)
            + FREE_UPLOAD * freeUpload(host.stats())
            + IDC * Affinity.idc(child, host)
            + LOCATION * Affinity.location(child, host);
    if (spareSeeds && host.type().isSeed()) {
      score -= SEED_PENALTY;
    }
    return Math.max(0, score) / (1 << Math.min(candidate.blames(), 8));
  }

  private static double content(Candidate candidate, int pieceCount) {
    if (candidate.finished()) {
      return 1;
    }
    if (candidate.state() == PeerState.BACK_TO_SOURCE) {
      return READER;
    }
    if (candidate.pieceCount() == 0) {
      return NO_PIECES;
    }
    double share =
        pieceCount == 0 ? 0.5 : Math.min(1, (double) candidate.pieceCount() / pieceCount);
    return SOME_PIECES + (READER - SOME_PIECES) * share;
  }

  /** Children count as they are known now, uploads as the host last said. */
  private static double load(Candidate candidate) {
    double busy = Math.max(candidate.children(), candidate.host().stats().uploads() / EASY_LOAD);
    return EASY_LOAD / (EASY_LOAD + busy);
  }

  private static double freeUpload(HostStats stats) {
    if (stats.maxTxBandwidth() <= 0) {
      return 0.5;
    }
    return Math.max(0, 1 - (double) stats.txBandwidth() / stats.maxTxBandwidth());
  }
}
