package dev.dragonfly.common.wire;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.dragonfly.api.common.v2.TrafficType;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.piece.Piece;
import java.time.Instant;
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
    Optional<Digest> digest =
        proto.getDigest().isEmpty()
            ? Optional.empty()
            : Optional.of(Arguments.parse("piece.digest", proto.getDigest(), Digest::parse));
    Arguments.check(
        proto.getNumber() >= 0 && proto.getOffset() >= 0 && proto.getLength() >= 0,
        "piece number, offset and length must be in range");
    return new Piece(
        proto.getNumber(),
        proto.getOffset(),
        proto.getLength(),
        digest,
        switch (proto.getTrafficType()) {
          case BACK_TO_SOURCE -> Piece.Traffic.BACK_TO_SOURCE;
          case REMOTE_PEER -> Piece.Traffic.REMOTE_PEER;
          case LOCAL_PEER -> Piece.Traffic.LOCAL_PEER;
          case UNRECOGNIZED -> throw Arguments.invalid("piece.traffic_type is not known");
        },
        proto.getParentId().isEmpty() ? Optional.empty() : Optional.of(proto.getParentId()),
        Arguments.parse(
            "piece.cost",
            proto.getCost(),
            cost -> java.time.Duration.ofSeconds(cost.getSeconds(), cost.getNanos())),
        Arguments.parse(
            "piece.created_at",
            proto.getCreatedAt(),
            at -> Instant.ofEpochSecond(at.getSeconds(), at.getNanos())));
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
