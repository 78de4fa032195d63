package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.dfdaemon.transfer.PieceResponse;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request for one piece: what a worker is to do. Guarded by its own monitor. */
final class Assignment {
  /** Why a request was given up by this host. */
  enum GivenUp {
    /** Another parent was faster. */
    LOST,
    /** It came slower than the least rate. */
    SLOW
  }

  private final int piece;
  private final Neighbour from;
  private final InetSocketAddress data;
  private final long sinceNanos;
  private final PieceRate rate;
  private @Nullable PieceResponse response;
  private @Nullable GivenUp givenUp;

  /**
   * @param from the parent that has the piece
   * @param data where it serves pieces
   */
  Assignment(int piece, Neighbour from, InetSocketAddress data, long sinceNanos, PieceRate rate) {
    this.piece = piece;
    this.from = from;
    this.data = data;
    this.sinceNanos = sinceNanos;
    this.rate = rate;
  }

  int piece() {
    return piece;
  }

  Neighbour from() {
    return from;
  }

  InetSocketAddress data() {
    return data;
  }

  long sinceNanos() {
    return sinceNanos;
  }

  PieceRate rate() {
    return rate;
  }

  /** The bytes begin to come; closed at once when nobody wants them any more. */
  void begins(PieceResponse answer) {
    synchronized (this) {
      response = answer;
      if (givenUp == null) {
        return;
      }
    }
    answer.close();
  }

  /** Gives the request up; the worker's next read fails. The first reason counts. */
  void giveUp(GivenUp why) {
    PieceResponse open;
    synchronized (this) {
      if (givenUp != null) {
        return;
      }
      givenUp = why;
      open = response;
    }
    if (open != null) {
      open.close();
    }
  }

  synchronized Optional<GivenUp> givenUp() {
    return Optional.ofNullable(givenUp);
  }
}
