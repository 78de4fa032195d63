package dev.dragonfly.scheduler.job;

import java.util.Optional;

/** Hears how a preheat goes, from several threads. */
public interface PreheatListener {
  /** Comes first, once. */
  void planned(PreheatPlan plan);

  /**
   * At most one in a second for each target. Called by threads of gRPC: never blocks, and may leave
   * it out.
   *
   * @param contentLength bytes; 0 while unknown
   */
  void progressed(Target target, long finishedBytes, long contentLength);

  /** A target has ended. May wait for whoever listens: the preheat then goes at his pace. */
  void ended(Outcome outcome);

  /**
   * How a target ended.
   *
   * @param contentLength bytes; 0 where nobody knows
   * @param originBytes bytes that its host read at the source
   * @param failure what was tried on which host and what it said; absent where it holds the content
   */
  record Outcome(Target target, long contentLength, long originBytes, Optional<String> failure) {}
}
