package dev.dragonfly.scheduler.resource;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;

/**
 * A peer that could be a parent, with all that a decision needs.
 *
 * @param peerId the peer
 * @param host copy of its host
 * @param state where it is in its download
 * @param standing what it is worth
 * @param pieceCount pieces it was last known to hold
 * @param children peers that have it as a parent now; a hint
 * @param blames hosts that got wrong bytes from its host
 */
public record Candidate(
    PeerId peerId,
    Host host,
    PeerState state,
    Standing standing,
    int pieceCount,
    int children,
    int blames) {
  /** Whether it has the whole content. */
  public boolean finished() {
    return state == PeerState.SUCCEEDED && standing == Standing.FULL;
  }

  /**
   * Whether it has everything or will have it. A child that asks again has what the others had: a
   * peer that wanted a range only, or that holds what is left of a download.
   */
  public boolean grows() {
    return switch (state) {
      case PENDING, RUNNING, BACK_TO_SOURCE -> standing.isRoot();
      case SUCCEEDED, HOLDING, FAILED -> standing == Standing.FULL;
    };
  }

  /** The form that a peer gets. */
  public Parent toParent() {
    return new Parent(peerId, host, finished());
  }
}
