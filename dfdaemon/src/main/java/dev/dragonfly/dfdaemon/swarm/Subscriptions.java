package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.time.Backoff;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.client.ParentPieces;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Subscribes a swarm to its parents, anew when a connection broke. Safe for any thread. */
final class Subscriptions {
  private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final Swarm swarm;
  private final StoredTask stored;
  private final RunKeeper runs;
  private final ParentPieces parents;
  private final Timers timers;
  private final Backoff pauses;

  Subscriptions(Swarm swarm, StoredTask stored, SwarmParts parts) {
    this.swarm = swarm;
    this.stored = stored;
    this.runs = new RunKeeper(stored);
    this.parents = parts.parentPieces();
    this.timers = parts.timers();
    this.pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, parts.random());
  }

  /** Asks the parent what it has; its answers go to the swarm. */
  void begin(Neighbour neighbour) {
    int count =
        stored
            .layout()
            .filter(l -> l.contentLength().isPresent())
            .map(PieceLayout::pieceCount)
            .orElse(-1);
    AutoCloseable sync =
        parents.sync(
            neighbour.parent,
            stored.id(),
            count,
            new ParentListener(swarm, neighbour, stored, runs));
    if (!swarm.isListening(neighbour, sync)) {
      end(sync);
    }
  }

  /** Speaks with the parent anew, after a pause. */
  void beginLater(Neighbour neighbour) {
    timers.after(
        pauses.next(),
        () -> {
          if (swarm.wants(neighbour)) {
            swarm.begin(neighbour);
          }
        });
  }

  static void end(AutoCloseable sync) {
    try {
      sync.close();
    } catch (Exception e) {
      LOG.debug("closing a subscription failed", e);
    }
  }

  /** Whether it is the connection that failed rather than the parent that refused. */
  static boolean isOfTheLine(Throwable cause) {
    return switch (cause) {
      case DragonflyException known ->
          switch (known.code()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, INTERNAL -> true;
            default -> false;
          };
      case IllegalArgumentException malformed -> false;
      default -> true;
    };
  }
}
