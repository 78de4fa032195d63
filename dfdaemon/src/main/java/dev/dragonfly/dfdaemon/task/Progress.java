package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.session.SchedulerSession;
import dev.dragonfly.dfdaemon.swarm.Swarm;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;

/** What one download has received; passes it on to the scheduler and the daemon's own listener. */
final class Progress implements Swarm.Events {
  private final SchedulerSession session;
  private final DownloadListener daemon;
  private final Time time;
  private final WakeUp wakeUp;
  private final AtomicLong sourceBytes = new AtomicLong();
  private final AtomicLong parentBytes = new AtomicLong();
  private volatile long lastNanos;
  private volatile Optional<DragonflyException> homeFailure = Optional.empty();

  Progress(SchedulerSession session, DownloadListener daemon, Time time, WakeUp wakeUp) {
    this.session = session;
    this.daemon = daemon;
    this.time = time;
    this.wakeUp = wakeUp;
    this.lastNanos = time.nanos();
  }

  /** When the last byte was kept, or when the download began. */
  long lastNanos() {
    return lastNanos;
  }

  /** Bytes that came from the source. */
  long sourceBytes() {
    return sourceBytes.get();
  }

  /** Bytes that came from parents. */
  long parentBytes() {
    return parentBytes.get();
  }

  /** Why this host cannot keep what comes. */
  Optional<DragonflyException> homeFailure() {
    return homeFailure;
  }

  @Override
  public void received(From from, long bytes) {
    lastNanos = time.nanos();
    (from == From.SOURCE ? sourceBytes : parentBytes).addAndGet(bytes);
    daemon.received(from, bytes);
  }

  @Override
  public void wasted(long bytes) {
    daemon.wasted(bytes);
  }

  @Override
  public void pieceFinished(Piece piece) {
    session.send(new PeerEvent.PieceFinished(piece));
    daemon.pieceFinished(piece);
    wakeUp.ring();
  }

  @Override
  public void pieceFailed(OptionalInt piece, PeerId parent, PieceFailure failure) {
    session.send(new PeerEvent.PieceFailed(piece, parent, failure));
    daemon.pieceFailed(piece, parent, failure);
    wakeUp.ring();
  }

  @Override
  public void homeFailed(DragonflyException failure) {
    homeFailure = Optional.of(failure);
    wakeUp.ring();
  }

  @Override
  public void changed() {
    wakeUp.ring();
  }
}
