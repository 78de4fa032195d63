package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.session.SchedulerSession;
import dev.dragonfly.dfdaemon.swarm.Swarm;
import java.util.OptionalInt;

/** What one download has received; passes it on to the scheduler and the daemon's own listener. */
final class Progress implements DownloadListener, Swarm.Events {
  private final SchedulerSession session;
  private final DownloadListener daemon;
  private final Time time;
  private final Bell bell;
  private volatile long lastNanos;
  private volatile boolean fromSource;

  Progress(SchedulerSession session, DownloadListener daemon, Time time, Bell bell) {
    this.session = session;
    this.daemon = daemon;
    this.time = time;
    this.bell = bell;
    this.lastNanos = time.nanos();
  }

  /** When the last byte came, or when the download began. */
  long lastNanos() {
    return lastNanos;
  }

  /** Whether bytes came from the source. */
  boolean fromSource() {
    return fromSource;
  }

  @Override
  public void received(From from, long bytes) {
    lastNanos = time.nanos();
    if (from == From.SOURCE) {
      fromSource = true;
    }
    daemon.received(from, bytes);
  }

  @Override
  public void pieceFinished(Piece piece) {
    session.send(new PeerEvent.PieceFinished(piece));
    daemon.pieceFinished(piece);
    bell.ring();
  }

  @Override
  public void pieceFailed(OptionalInt piece, PeerId parent, PieceFailure failure) {
    session.send(new PeerEvent.PieceFailed(piece, parent, failure));
    daemon.pieceFailed(piece, parent, failure);
    bell.ring();
  }

  @Override
  public void changed() {
    bell.ring();
  }
}
