package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.scheduler.store.PeerStore;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a peer says against its parents. Used in the session's mailbox. */
final class Complaints {
  private static final Logger log = LoggerFactory.getLogger(Complaints.class);

  private final SessionServices services;
  private final PeerWriter peer;
  private final ParentSearch search;
  private final Upkeep upkeep;

  Complaints(SessionServices services, PeerWriter peer, ParentSearch search, Upkeep upkeep) {
    this.services = services;
    this.peer = peer;
    this.search = search;
    this.upkeep = upkeep;
  }

  /** Wrong bytes are told to all; a parent that is merely busy or slow may be offered again. */
  void take(PeerEvent.PieceFailed failed) {
    if (failed.failure() == PieceFailure.CORRUPT) {
      services.metrics().corrupt();
      log.warn(
          "msg=\"a parent sent wrong bytes\" task={} parent={} reporter={} piece={}",
          peer.taskId(),
          failed.parentId(),
          peer.host().id(),
          failed.number());
      upkeep.deferrable(() -> blame(failed.parentId()));
    }
    boolean passing =
        failed.failure() == PieceFailure.STALLED || failed.failure() == PieceFailure.REFUSED;
    if (!passing) {
      search.block(List.of(failed.parentId()));
    }
  }

  /** A host is blamed, not a peer: its next download would be a new one. */
  private void blame(PeerId parent) {
    PeerStore peers = services.graph().peers();
    peers
        .find(peer.taskId(), parent)
        .ifPresent(known ->
            peers.blame(
                peer.taskId(),
                peer.host().id(),
                Set.of(known.host().id()),
                services.config().blameLimit()));
  }
}
