package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.scheduler.resource.PeerState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes how a peer ended. Used in the session's mailbox. */
final class PeerEnd {
  private static final Logger LOG = LoggerFactory.getLogger(PeerEnd.class);

  private final PeerWriter peer;
  private final SourceSlot slot;
  private final PeerUpkeep upkeep;
  private final DownloadFigures figures;

  PeerEnd(PeerWriter peer, SourceSlot slot, PeerUpkeep upkeep, DownloadFigures figures) {
    this.peer = peer;
    this.slot = slot;
    this.upkeep = upkeep;
    this.figures = figures;
  }

  void finished(PeerEvent.Finished event) {
    peer.holds(event.pieces());
    figures.finished(known(event.facts()), event.pieces());
    write(PeerState.SUCCEEDED, () -> peer.heal(event.facts()));
  }

  void finished(PeerEvent.BackToSourceFinished event) {
    peer.holds(event.pieces());
    figures.finishedFromSource(known(event.facts()), event.pieces());
    write(PeerState.SUCCEEDED, () -> peer.learn(event.facts(), slot.epoch()));
  }

  void failed() {
    figures.failed();
    write(PeerState.FAILED, () -> {});
  }

  /** What the graph knows outweighs what the peer says. */
  private TaskFacts known(TaskFacts told) {
    return peer.facts().contentLength().isPresent() ? peer.facts() : told;
  }

  private void write(PeerState end, Runnable tell) {
    peer.state(end);
    upkeep.deferrable(() -> {
      tell.run();
      boolean ours = peer.save();
      slot.release();
      // Nothing stays behind of a peer that has nothing to give; a later stream's peer is not ours.
      if (ours && end == PeerState.FAILED && !peer.hasPieces()) {
        peer.remove();
      }
    });
    LOG.debug(
        "peer ended task={} peer={} host={} state={}",
        peer.taskId(),
        peer.peerId(),
        peer.host().id(),
        end);
  }
}
