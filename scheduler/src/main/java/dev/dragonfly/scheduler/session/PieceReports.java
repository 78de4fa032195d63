package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a peer says of pieces and of who gave them. Used in the session's mailbox. */
final class PieceReports {
  private static final Logger LOG = LoggerFactory.getLogger(PieceReports.class);

  private final SessionServices services;
  private final PeerWriter peer;
  private final ParentSearch search;
  private final SourceSlot slot;
  private final PeerUpkeep upkeep;
  private final DownloadFigures figures;

  PieceReports(
      SessionServices services,
      PeerWriter peer,
      ParentSearch search,
      SourceSlot slot,
      PeerUpkeep upkeep,
      DownloadFigures figures) {
    this.services = services;
    this.peer = peer;
    this.search = search;
    this.slot = slot;
    this.upkeep = upkeep;
    this.figures = figures;
  }

  void take(PeerEvent.PieceFinished finished) {
    peer.add(finished.piece());
    figures.take(finished.piece());
    if (finished.piece().traffic() == Piece.Traffic.BACK_TO_SOURCE) {
      slot.progressed();
    }
    upkeep.flushLater();
  }

  void take(PeerEvent.PieceBackToSourceFailed failed) {
    LOG.debug(
        "piece failed at the source task={} peer={} number={}",
        peer.taskId(),
        peer.peerId(),
        failed.number());
  }

  /** Takes what the peer says; a parent that is only busy is nobody's failure. */
  void take(PeerEvent.PieceFailed failed) {
    switch (failed.failure()) {
      case BUSY -> services.metrics().busy();
      case CORRUPT ->
          search.distrust(failed.parentId()).ifPresent(host -> blame(failed.parentId(), host));
      case STALLED, REFUSED, GONE, UNSPECIFIED -> search.rest(List.of(failed.parentId()));
    }
  }

  /** A host is blamed, not a peer: its next download would be a new one. Told to all, once. */
  private void blame(PeerId parent, HostId host) {
    services.metrics().corrupt();
    LOG.warn(
        "parent sent wrong bytes task={} parent={} reporter={}",
        peer.taskId(),
        parent,
        peer.host().id());
    upkeep.deferrable(() ->
        services
            .graph()
            .peers()
            .blame(peer.taskId(), peer.host().id(), Set.of(host), services.config().blameLimit()));
  }
}
