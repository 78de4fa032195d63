package dev.dragonfly.simulation;

import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.task.SteppedDownload;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads the source piece by piece, several segments side by side, as the production reader does:
 * claims what nobody fetches, signs it, completes the pieces.
 */
final class SourceRead {
  private static final int RANGES = 4;
  private static final int SEGMENT = 8;

  private final SimulatedHost host;
  private final SimulatedWorld world;
  private final SteppedDownload download;
  private final StoredTask stored;
  private final Duration pieceTime;
  private int running;
  private boolean fruitful;

  SourceRead(SimulatedHost host, SimulatedWorld world, SteppedDownload download) {
    this.host = host;
    this.world = world;
    this.download = download;
    this.stored = host.stored();
    this.pieceTime = Duration.ofMillis(40 + world.random().nextInt(200));
  }

  void begin() {
    world
        .time()
        .after(
            pieceTime,
            () -> {
              if (isOver()) {
                return;
              }
              TaskFacts told = world.content().facts().withReaderKeys(List.of(host.key()));
              stored.learn(told, StoredTask.Teller.SOURCE);
              download.sourceAnswered(stored.facts());
              running = RANGES;
              for (int i = 0; i < RANGES; i++) {
                nextSegment();
              }
              host.settle();
            });
  }

  private boolean isOver() {
    return !host.isAlive() || download.isOver();
  }

  private void nextSegment() {
    Optional<Claims.Segment> segment = download.claims().claimSegment(SEGMENT);
    if (segment.isEmpty()) {
      running--;
      if (running == 0) {
        download.sourceEnded(fruitful);
      }
      return;
    }
    read(segment.get(), segment.get().first());
  }

  private void read(Claims.Segment segment, int piece) {
    world
        .time()
        .after(
            pieceTime,
            () -> {
              if (isOver()) {
                return;
              }
              take(piece);
              if (piece + 1 < segment.end()) {
                read(segment, piece + 1);
              } else {
                download.claims().release(segment);
                nextSegment();
              }
              host.settle();
            });
  }

  private void take(int piece) {
    if (stored.pieces().has(piece)) {
      return;
    }
    byte[] bytes = world.content().piece(piece);
    stored.putFromSource(piece, BlockLease.unpooled(ByteBuffer.wrap(bytes)));
    download.progress().received(DownloadListener.From.SOURCE, bytes.length);
    fruitful = true;
    stored.addRun(world.content().run(piece, host.signer(), true));
    Piece finished =
        stored.finishPiece(
            piece,
            Optional.empty(),
            Piece.Traffic.BACK_TO_SOURCE,
            Optional.empty(),
            pieceTime.toNanos());
    download.progress().pieceFinished(finished);
  }
}
