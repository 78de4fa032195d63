package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.scheduler.figures.FigureCounter;
import dev.dragonfly.scheduler.figures.FigureCounter.Figure;
import java.util.BitSet;
import java.util.function.Predicate;

/**
 * What one download adds to the figures of the cluster: each byte once, from the reports of its
 * pieces, or at its end where a piece was not reported. What the peer held before is not counted,
 * and who only makes himself known downloads nothing. Used in the session's mailbox.
 */
final class DownloadFigures {
  /** The longest piece there is: nobody makes the figures of all useless with one report. */
  private static final long LONGEST_PIECE = 64L << 20;

  private final FigureCounter counter;
  private final PeerEvent.Register register;
  private final Predicate<String> isSeed;
  private final BitSet counted = new BitSet();

  /**
   * @param isSeed whether the peer with this id is one of a seed
   */
  DownloadFigures(FigureCounter counter, PeerEvent.Register register, Predicate<String> isSeed) {
    this.counter = counter;
    this.register = register;
    this.isSeed = isSeed;
  }

  /** A piece came. */
  void take(Piece piece) {
    if (counted.get(piece.number())) {
      return;
    }
    counted.set(piece.number());
    long length = Math.min(piece.length(), LONGEST_PIECE);
    switch (piece.traffic()) {
      case BACK_TO_SOURCE -> counter.add(Figure.ORIGIN_BYTES, length);
      case REMOTE_PEER ->
          counter.add(
              piece.parentId().filter(isSeed).isPresent() ? Figure.SEED_BYTES : Figure.PEER_BYTES,
              length);
      case LOCAL_PEER -> {}
    }
  }

  /** All came from parents. */
  void finished(TaskFacts facts, PieceBitmap pieces) {
    end(facts, pieces, Figure.PEER_BYTES);
  }

  /** All came, some of it from the source. */
  void finishedFromSource(TaskFacts facts, PieceBitmap pieces) {
    end(facts, pieces, Figure.ORIGIN_BYTES);
    counter.add(Figure.BACK_TO_SOURCE, 1);
  }

  void failed() {
    if (!register.metadataOnly()) {
      counter.add(Figure.FAILURES, 1);
    }
  }

  private void end(TaskFacts facts, PieceBitmap pieces, Figure unreported) {
    if (register.metadataOnly()) {
      return;
    }
    counter.add(Figure.DOWNLOADS, 1);
    counter.add(unreported, missing(facts, pieces));
  }

  /** Bytes of what came without a report; of a peer that says nothing of its pieces, the whole. */
  private long missing(TaskFacts facts, PieceBitmap pieces) {
    if (register.extVersion() == 0) {
      long whole = register.range().map(ByteRange::length).orElse(facts.contentLength().orElse(0));
      return counted.isEmpty() ? whole : 0;
    }
    if (facts.pieceLength().isEmpty() || facts.contentLength().isEmpty()) {
      return 0;
    }
    long length = facts.pieceLength().getAsLong();
    BitSet came = pieces.toBitSet();
    came.andNot(counted);
    came.andNot(register.held().toBitSet());
    return came.stream()
        .mapToLong(n -> Math.clamp(facts.contentLength().getAsLong() - n * length, 0, length))
        .sum();
  }
}
