package dev.dragonfly.common.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.dragonfly.api.common.v2.TrafficType;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesRequest;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.piece.PieceLayout;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;

/** Pieces on the wire, and the times that go with them. */
public final class PieceMapper {
  private PieceMapper() {}

  /** For the wire. */
  public static dev.dragonfly.api.common.v2.Piece toProto(Piece piece) {
    dev.dragonfly.api.common.v2.Piece.Builder proto =
        dev.dragonfly.api.common.v2.Piece.newBuilder()
            .setNumber(piece.number())
            .setOffset(piece.offset())
            .setLength(piece.length())
            .setTrafficType(traffic(piece.traffic()))
            .setCost(duration(piece.cost()))
            .setCreatedAt(timestamp(piece.createdAt()));
    piece.digest().ifPresent(digest -> proto.setDigest(digest.toString()));
    piece.parentId().ifPresent(proto::setParentId);
    return proto.build();
  }

  /**
   * From the wire.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT naming the field
   */
  public static Piece fromProto(dev.dragonfly.api.common.v2.Piece proto) {
    Arguments.check(
        proto.getOffset() >= 0 && proto.getOffset() <= FieldLimits.CONTENT_LENGTH,
        () -> "piece.offset must be at most 2^53, got " + Long.toUnsignedString(proto.getOffset()));
    Arguments.check(
        proto.getLength() >= 0 && proto.getLength() <= PieceLayout.MAX_PIECE_LENGTH,
        () ->
            "piece.length must be at most 64 MiB, got " + Long.toUnsignedString(proto.getLength()));
    return new Piece(
        number("piece.number", proto.getNumber()),
        proto.getOffset(),
        proto.getLength(),
        digest("piece.digest", proto.getDigest()),
        switch (proto.getTrafficType()) {
          case BACK_TO_SOURCE -> Piece.Traffic.BACK_TO_SOURCE;
          case REMOTE_PEER -> Piece.Traffic.REMOTE_PEER;
          case LOCAL_PEER -> Piece.Traffic.LOCAL_PEER;
          case UNRECOGNIZED -> throw Arguments.invalid("piece.traffic_type is not known");
        },
        proto.getParentId().isEmpty()
            ? Optional.empty()
            : Optional.of(
                Arguments.parse("piece.parent_id", proto.getParentId(), PeerId::new).value()),
        Arguments.parse(
            "piece.cost",
            proto.getCost(),
            cost -> java.time.Duration.ofSeconds(cost.getSeconds(), cost.getNanos())),
        Arguments.parse(
            "piece.created_at",
            proto.getCreatedAt(),
            at -> Instant.ofEpochSecond(at.getSeconds(), at.getNanos())));
  }

  /** The number of a piece that a task can have. */
  static int number(String field, int number) {
    Arguments.check(
        number >= 0 && number < PieceLayout.MAX_PIECES,
        () ->
            field
                + " must be below "
                + PieceLayout.MAX_PIECES
                + ", got "
                + Integer.toUnsignedString(number));
    return number;
  }

  /** A digest where there is one. */
  static Optional<Digest> digest(String field, String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Arguments.text(field, text, FieldLimits.DIGEST);
    return Optional.of(Arguments.parse(field, text, Digest::parse));
  }

  /**
   * The pieces that a peer has.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT naming the field
   */
  public static PieceBitmap bitmap(String field, ByteString bits) {
    int most = PieceLayout.MAX_PIECES / Byte.SIZE;
    Arguments.check(
        bits.size() <= most,
        () -> field + " must have at most " + most + " bytes, got " + bits.size());
    return PieceBitmap.parse(bits.toByteArray());
  }

  /**
   * The pieces that a child wants to hear of; read without an object for each.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT naming the field
   */
  public static BitSet interestedPieces(SyncPiecesRequest request) {
    String field = "interested_piece_numbers";
    int count = request.getInterestedPieceNumbersCount();
    Arguments.atMost(field, count, PieceLayout.MAX_PIECES);
    BitSet pieces = new BitSet();
    for (int i = 0; i < count; i++) {
      pieces.set(number(field, request.getInterestedPieceNumbers(i)));
    }
    return pieces;
  }

  private static TrafficType traffic(Piece.Traffic traffic) {
    return switch (traffic) {
      case BACK_TO_SOURCE -> TrafficType.BACK_TO_SOURCE;
      case REMOTE_PEER -> TrafficType.REMOTE_PEER;
      case LOCAL_PEER -> TrafficType.LOCAL_PEER;
    };
  }

  /** A length of time. */
  public static Duration duration(java.time.Duration value) {
    return Duration.newBuilder().setSeconds(value.getSeconds()).setNanos(value.getNano()).build();
  }

  /** A point in time. */
  public static Timestamp timestamp(Instant value) {
    return Timestamp.newBuilder()
        .setSeconds(value.getEpochSecond())
        .setNanos(value.getNano())
        .build();
  }
}
