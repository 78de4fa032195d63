package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.dfdaemon.session.SchedulerSession;
import dev.dragonfly.dfdaemon.session.Signal;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a scheduler that this host has the whole task, without downloading anything. */
final class MetadataAnnouncement {
  private static final Logger LOG = LoggerFactory.getLogger(MetadataAnnouncement.class);
  private static final Duration ANSWER_WAIT = Duration.ofSeconds(10);

  private final DownloadContext context;

  MetadataAnnouncement(DownloadContext context) {
    this.context = context;
  }

  void announce(StoredTask stored, PeerId peer, DownloadRequest request) {
    Threads.virtual(
        "announce-" + stored.id().value().substring(0, 8), () -> converse(stored, peer, request));
  }

  private void converse(StoredTask stored, PeerId peer, DownloadRequest request) {
    PeerEvent.Register register =
        new PeerEvent.Register(
            request.spec().withoutDigest(),
            stored.facts(),
            stored.pieces(),
            Optional.empty(),
            false,
            true,
            request.priority(),
            Host.EXT_VERSION);
    try (SchedulerSession session = context.sessions().open(stored.id(), peer, () -> register)) {
      Optional<Signal> answer = session.next(ANSWER_WAIT);
      if (answer.isPresent() && answer.get() instanceof Signal.Decided) {
        session.send(new PeerEvent.Started());
        session.send(new PeerEvent.Finished(stored.facts(), stored.pieces()));
      } else {
        LOG.info("no scheduler took note of the task task={} answer={}", stored.id(), answer);
      }
    }
  }
}
