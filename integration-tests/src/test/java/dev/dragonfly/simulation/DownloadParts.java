package dev.dragonfly.simulation;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.dfdaemon.backtosource.SourceReading;
import dev.dragonfly.dfdaemon.backtosource.SourceSettings;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.session.SimulatedSession;
import dev.dragonfly.dfdaemon.swarm.SwarmParts;
import dev.dragonfly.dfdaemon.swarm.SwarmSettings;
import dev.dragonfly.dfdaemon.task.DownloadContext;
import dev.dragonfly.dfdaemon.task.DownloadRequest;
import dev.dragonfly.dfdaemon.task.PatienceSettings;
import dev.dragonfly.dfdaemon.task.SteppedDownload;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Makes downloads of one host out of production parts, with the settings of production. */
final class DownloadParts {
  private final SimulatedHost host;
  private final SimulatedWorld world;
  private final DownloadContext context;

  @SuppressWarnings("NullAway") // What only threads, disks and sockets need is not there.
  DownloadParts(SimulatedHost host, SimulatedWorld world, Transfers transfers) {
    this.host = host;
    this.world = world;
    SwarmSettings swarm =
        new SwarmSettings(8, 4, Duration.ofMillis(50), Duration.ofSeconds(3), 2, new DataSize(4));
    SwarmParts parts =
        new SwarmParts(
            new SimulatedParents(host, world),
            transfers,
            world.buffers(),
            world.time(),
            world.time(),
            world.random(),
            swarm,
            host.speaksSessions() ? Optional.of(host.sessions()) : Optional.empty());
    SourceReading source =
        new SourceReading(
            null,
            host.signer(),
            world.buffers(),
            world.time(),
            world.time(),
            world.random(),
            new SourceSettings(4, new DataSize(8 * Content.PIECE), 4, Duration.ofMillis(200)));
    PatienceSettings patience =
        new PatienceSettings(
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofHours(6));
    this.context =
        new DownloadContext(
            host.announced().id(),
            null,
            null,
            null,
            parts,
            source,
            patience,
            null,
            null,
            new Told());
  }

  SteppedDownload begin(
      PeerId peer,
      Optional<ByteRange> range,
      SteppedDownload.Sessions sessions,
      Consumer<SteppedDownload> reads) {
    DownloadRequest request =
        new DownloadRequest(Content.SPEC, range, host.member().seed(), false, 0, Optional.empty());
    return new SteppedDownload(host.stored(), peer, request, context, sessions, reads);
  }

  SimulatedSession session(PeerId peer, Supplier<PeerEvent.Register> register, Runnable wakeUp) {
    return new SimulatedSession(
        register,
        wakeUp,
        new SimulatedSession.Line() {
          @Override
          public SimulatedSession.Stream open(SimulatedSession from, PeerEvent.Register first) {
            return world.scheduler().open(host, peer, from, first);
          }

          @Override
          public void announce() {
            world.scheduler().announce(host);
          }
        },
        world.time(),
        world.time(),
        world.random());
  }

  /** What the daemon hears of all its downloads. */
  private final class Told implements DownloadListener {
    @Override
    public void received(From from, long bytes) {
      if (from == From.SOURCE) {
        world.ledger().originBytes += bytes;
      }
    }

    @Override
    public void pieceFinished(Piece piece) {
      world.ledger().log(host, "HAS", piece.number());
    }

    @Override
    public void pieceFailed(OptionalInt piece, PeerId parent, PieceFailure failure) {
      world.ledger().failed(host, world.hostOf(parent), failure);
    }
  }
}
