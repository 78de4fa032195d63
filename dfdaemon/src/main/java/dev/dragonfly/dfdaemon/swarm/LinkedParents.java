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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
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

  /**
   * Parents that are dialled. Each may be found by others too, so a host has about twice as many
   * neighbours; more would be told of every block and give nothing that these do not.
   */
  private static final int MOST_DIALLED = 12;

  private final Swarm swarm;
  private final Swarm.Events events;
  private final Dialer dialer;
  private final Taking taking;

  /** Hosts that are dialled or were, and were neither lost nor dropped; guarded by this. */
  private final Set<HostId> dialled = new HashSet<>();

  private int dialling;
  private boolean closed;

  /** Who waits until there is room, the best first: each is a parent that a scheduler has named. */
  private final Deque<Spare> spares = new ArrayDeque<>();

  private record Spare(Neighbour neighbour, Runnable plainly) {
    HostId host() {
      return neighbour.parent.host().id();
    }
  }

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
    synchronized (this) {
      spares.add(new Spare(neighbour, plainly));
    }
    dialMore();
  }

  /**
   * Dials who waits as far as there is room, and beyond when nothing comes from those there are.
   */
  void dialMore() {
    for (Spare next = takeSpare(); next != null; next = takeSpare()) {
      dial(next);
    }
  }

  private synchronized @Nullable Spare takeSpare() {
    if (closed || spares.isEmpty() || dialled.size() >= MOST_DIALLED && !isInVain()) {
      return null;
    }
    Spare next = spares.removeFirst();
    dialled.add(next.host());
    dialling++;
    return next;
  }

  /** Whether nothing comes from those that were dialled; one that is being dialled may have it. */
  private boolean isInVain() {
    return dialling == 0 && taking.prospects().hope() == Hope.NONE;
  }

  /** The download ends. */
  void close() {
    synchronized (this) {
      closed = true;
      spares.clear();
    }
    taking.close();
  }

  private void dial(Spare spare) {
    dialer.dial(
        spare.neighbour().parent.host(),
        new Dialer.Outcome() {
          @Override
          public void linked(Link link) {
            ended(true);
            meet(spare.neighbour(), link);
          }

          @Override
          public void plain() {
            ended(false);
            spare.plainly().run();
          }

          @Override
          public void failed(String why) {
            LOG.debug("no session host={} why={}", spare.host(), why);
            ended(false);
            spare.plainly().run();
          }

          private void ended(boolean reached) {
            synchronized (LinkedParents.this) {
              dialling--;
            }
            if (!reached) {
              makeRoom(spare.host());
            }
          }
        });
  }

  private void makeRoom(HostId host) {
    synchronized (this) {
      dialled.remove(host);
    }
    dialMore();
  }

  private void meet(Neighbour neighbour, Link link) {
    // Linked first: the conversation may end before the call returns.
    boolean wanted = swarm.linked(neighbour);
    if (wanted && taking.meet(link)) {
      return;
    }
    makeRoom(link.host());
    if (wanted) {
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
    makeRoom(from);
    events.changed();
  }

  @Override
  public void parted(HostId from, CloseReason reason, boolean hadDelivered) {
    swarm
        .named(from)
        .ifPresent(named -> swarm.linkEnded(named, hadDelivered, causeOf(from, reason)));
    makeRoom(from);
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
