package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.link.Link;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parents of one download that speak the session: links them, and tells their swarm what
 * becomes of them. Neighbours that no scheduler has named take part just as well, but nobody is
 * told of them. Safe for any thread.
 */
final class LinkedParents implements TakingEvents {
  private static final Logger LOG = LoggerFactory.getLogger(LinkedParents.class);

  private final Swarm swarm;
  private final Swarm.Events events;
  private final Dialer dialer;
  private final Taking taking;

  LinkedParents(
      Swarm swarm,
      StoredTask stored,
      PeerId self,
      Claims claims,
      SwarmSettings settings,
      Swarm.Events events,
      TaskSwarms sessions) {
    this.swarm = swarm;
    this.events = events;
    this.dialer = sessions.dialer();
    this.taking = sessions.take(stored, new Taking.Part(self, claims, settings, this));
  }

  Taking taking() {
    return taking;
  }

  /** Whether a host may speak the session. */
  static boolean isLinkable(Host host) {
    return host.isOurs() && host.pieceDataPort() > 0;
  }

  /** Speaks with the parent in a session, or has it asked in the way of upstream. */
  void begin(Neighbour neighbour, Runnable plainly) {
    if (taking.welcome(neighbour.parent.host().id())) {
      swarm.linked(neighbour); // It speaks with us already.
      return;
    }
    dialer.dial(
        neighbour.parent.host(),
        new Dialer.Outcome() {
          @Override
          public void linked(Link link) {
            meet(neighbour, link);
          }

          @Override
          public void plain() {
            plainly.run();
          }

          @Override
          public void failed(String why) {
            LOG.debug("no session host={} why={}", neighbour.parent.host().id(), why);
            plainly.run();
          }
        });
  }

  private void meet(Neighbour neighbour, Link link) {
    // Linked first: the conversation may end before the call returns.
    if (swarm.linked(neighbour) && !taking.meet(link)) {
      swarm.linkEnded(neighbour, false, null);
    }
  }

  @Override
  public void received(HostId from, long bytes) {
    events.received(from.isSeed() ? DownloadListener.From.SEED : DownloadListener.From.PEER, bytes);
  }

  @Override
  public void wasted(long bytes) {
    events.wasted(bytes);
  }

  @Override
  public void pieceFinished(Piece piece) {
    events.pieceFinished(piece);
  }

  @Override
  public void failed(HostId from, OptionalInt piece, PieceFailure failure) {
    swarm.named(from).ifPresent(named -> events.pieceFailed(piece, named.parent.peerId(), failure));
  }

  @Override
  public void dropped(HostId from, boolean banished) {
    swarm.named(from).ifPresent(named -> swarm.drop(named, banished));
    events.changed();
  }

  @Override
  public void parted(HostId from, CloseReason reason, boolean hadDelivered) {
    swarm
        .named(from)
        .ifPresent(named -> swarm.linkEnded(named, hadDelivered, causeOf(from, reason)));
  }

  private static @Nullable Throwable causeOf(HostId from, CloseReason reason) {
    return switch (reason) {
      case DONE -> null;
      case NOT_FOUND -> ended(ErrorCode.NOT_FOUND, from, reason);
      case REFUSED, DISTRUSTED -> ended(ErrorCode.PERMISSION_DENIED, from, reason);
      case LOST -> ended(ErrorCode.UNAVAILABLE, from, reason);
    };
  }

  private static DragonflyException ended(ErrorCode code, HostId from, CloseReason reason) {
    return new DragonflyException(code, "the session with " + from + " ended: " + reason);
  }

  @Override
  public void homeFailed(DragonflyException failure) {
    events.homeFailed(failure);
  }

  @Override
  public void changed() {
    events.changed();
  }
}
