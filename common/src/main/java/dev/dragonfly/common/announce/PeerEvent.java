package dev.dragonfly.common.announce;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What a peer tells its scheduler about one download, in the order in which it happens. */
public sealed interface PeerEvent {

  /**
   * The first event of a stream, also after a reconnection.
   *
   * @param spec what is downloaded, with the headers of this caller (never stored)
   * @param facts what the peer knows already; from an upstream peer its actual lengths
   * @param held pieces it has already
   * @param range the bytes that are wanted; absent for everything
   * @param needBackToSource the caller asks to read the source itself
   * @param metadataOnly the peer has everything and only wants to be known
   * @param priority 0 to 6, as on the wire
   * @param extVersion version of our extensions, 0 for an upstream peer
   */
  record Register(
      TaskSpec spec,
      TaskFacts facts,
      PieceBitmap held,
      Optional<ByteRange> range,
      boolean needBackToSource,
      boolean metadataOnly,
      int priority,
      int extVersion)
      implements PeerEvent {}

  /** It begins to download from parents. */
  record Started() implements PeerEvent {}

  /** It begins to read the source; {@code facts} once the source answered. */
  record BackToSourceStarted(TaskFacts facts) implements PeerEvent {}

  /** It needs other parents; {@code failed} are not to be offered again. */
  record Reschedule(List<PeerId> failed, String reason) implements PeerEvent {
    public Reschedule {
      failed = List.copyOf(failed);
    }
  }

  /** A piece is complete; whether it came from the source is in {@link Piece#traffic()}. */
  record PieceFinished(Piece piece) implements PeerEvent {}

  /** A parent did not deliver a piece. */
  record PieceFailed(OptionalInt number, PeerId parentId, PieceFailure failure)
      implements PeerEvent {}

  /** The source did not deliver a piece. */
  record PieceBackToSourceFailed(OptionalInt number, String message) implements PeerEvent {}

  /**
   * Everything that was wanted came from parents. Terminal.
   *
   * @param pieces what the peer holds now; an upstream peer does not say
   */
  record Finished(TaskFacts facts, PieceBitmap pieces) implements PeerEvent {}

  /**
   * Everything that was wanted is there, at least in part from the source. Terminal.
   *
   * @param pieces as in {@link Finished}
   */
  record BackToSourceFinished(TaskFacts facts, PieceBitmap pieces) implements PeerEvent {}

  /** The download failed. Terminal. */
  record Failed(String description) implements PeerEvent {}

  /** Reading the source failed. Terminal. */
  record BackToSourceFailed(String description) implements PeerEvent {}

  /** Whether the scheduler ends the stream after this event. */
  default boolean isTerminal() {
    return switch (this) {
      case Finished f -> true;
      case BackToSourceFinished f -> true;
      case Failed f -> true;
      case BackToSourceFailed f -> true;
      case Register r -> false;
      case Started s -> false;
      case BackToSourceStarted b -> false;
      case Reschedule r -> false;
      case PieceFinished p -> false;
      case PieceFailed p -> false;
      case PieceBackToSourceFailed p -> false;
    };
  }
}
