package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import java.util.List;
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
      upkeep.deferrable(
          () -> services.graph().peers().blame(peer.taskId(), failed.parentId(), peer.host().id()));
    }
    boolean passing =
        failed.failure() == PieceFailure.STALLED || failed.failure() == PieceFailure.REFUSED;
    if (!passing) {
      search.block(List.of(failed.parentId()));
    }
  }
}
