package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.Optional;

/**
 * The workers of a swarm without threads: what to fetch is taken here, carried elsewhere, and
 * brought home by the production {@link PieceFetcher} when its answer is there.
 */
public final class SteppedFetcher {
  private final Swarm swarm;
  private final PieceFetcher fetcher;

  public SteppedFetcher(
      StoredTask stored, Swarm swarm, SwarmParts parts, DownloadListener listener) {
    this.swarm = swarm;
    this.fetcher = new PieceFetcher(stored, swarm, parts, listener);
  }

  /** What to fetch next, if there is something now. */
  public Optional<Flight> next() {
    return swarm.poll().map(Flight::new);
  }

  /** The answer is there: the piece client gives it at once. */
  public void land(Flight flight) {
    fetcher.fetch(flight.assignment);
  }

  /** A piece that is asked for. */
  public static final class Flight {
    private final Assignment assignment;

    private Flight(Assignment assignment) {
      this.assignment = assignment;
    }

    public int piece() {
      return assignment.piece();
    }

    public PeerId parent() {
      return assignment.from().parent.peerId();
    }

    /** So many bytes more have come. */
    public void received(int count) {
      assignment.rate().received(count);
    }

    /** Nobody waits for it any more. */
    public boolean isGivenUp() {
      return assignment.givenUp().isPresent();
    }
  }
}
