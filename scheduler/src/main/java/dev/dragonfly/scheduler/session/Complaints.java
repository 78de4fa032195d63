package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a peer says against its parents. Used in the session's mailbox. */
final class Complaints {
  private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

  private final SessionServices services;
  private final PeerWriter peer;
  private final ParentSearch search;
  private final PeerUpkeep upkeep;

  Complaints(SessionServices services, PeerWriter peer, ParentSearch search, PeerUpkeep upkeep) {
    this.services = services;
    this.peer = peer;
    this.search = search;
    this.upkeep = upkeep;
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
