package dev.dragonfly.common.wire;

import com.google.protobuf.ByteString;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;

/** Signed digests of runs of blocks on the wire. */
public final class RunMapper {
  private RunMapper() {}

  /** A signed run. */
  public static dev.dragonfly.api.ext.v1.SignedRun toProto(SignedRun run) {
    dev.dragonfly.api.ext.v1.SignedRun.Builder proto =
        dev.dragonfly.api.ext.v1.SignedRun.newBuilder()
            .setVersion(run.version().value())
            .setOrigin(run.origin().value())
            .setBlockLength(run.blockLength())
            .setFirstBlock(run.firstBlock())
            .setDigests(ByteString.copyFrom(run.digests()))
            .setPublicKey(ByteString.copyFrom(run.publicKey()))
            .setSignature(ByteString.copyFrom(run.signature()));
    run.contentLength().ifPresent(proto::setContentLength);
    return proto.build();
  }

  /**
   * A signed run; its signature is not checked here.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT when it is malformed
   */
  public static SignedRun fromProto(dev.dragonfly.api.ext.v1.SignedRun proto) {
    checkRun(proto);
    return ofOwn(proto);
  }

  /**
   * A signed run that this host has written itself: of any size.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT when it is malformed
   */
  public static SignedRun ofOwn(dev.dragonfly.api.ext.v1.SignedRun proto) {
    return new SignedRun(
        Arguments.parse("run.version", proto.getVersion(), SourceVersion::new),
        Arguments.parse("run.origin", proto.getOrigin(), SourceOrigin::new),
        proto.getBlockLength(),
        proto.getFirstBlock(),
        proto.getDigests().toByteArray(),
        Arguments.optional(proto.hasContentLength(), proto.getContentLength()),
        proto.getPublicKey().toByteArray(),
        proto.getSignature().toByteArray());
  }

  /** Everything that somebody allocates by is checked before anything of it is copied. */
  private static void checkRun(dev.dragonfly.api.ext.v1.SignedRun proto) {
    Arguments.check(
        PieceLayout.isBlockLength(proto.getBlockLength()),
        () ->
            "run.block_length must be that of a piece of 4 to 64 MiB, got "
                + proto.getBlockLength());
    int bytes = proto.getDigests().size();
    Arguments.check(
        bytes % SignedRun.DIGEST_LENGTH == 0
            && bytes <= FieldLimits.RUN_BLOCKS * SignedRun.DIGEST_LENGTH,
        () ->
            "run.digests must be at most %d of %d bytes each, got %d bytes"
                .formatted(FieldLimits.RUN_BLOCKS, SignedRun.DIGEST_LENGTH, bytes));
    Arguments.check(
        proto.getFirstBlock() >= 0 && proto.getFirstBlock() < PieceLayout.MAX_BLOCKS,
        () ->
            "run.first_block must be below %d, got %s"
                .formatted(PieceLayout.MAX_BLOCKS, Long.toUnsignedString(proto.getFirstBlock())));
    Arguments.check(
        proto.getContentLength() >= 0 && proto.getContentLength() <= FieldLimits.CONTENT_LENGTH,
        () ->
            "run.content_length must be at most 2^53, got "
                + Long.toUnsignedString(proto.getContentLength()));
    Arguments.check(
        proto.getPublicKey().size() == FieldLimits.PUBLIC_KEY,
        () -> "run.public_key must have 32 bytes, got " + proto.getPublicKey().size());
    Arguments.check(
        proto.getSignature().size() == FieldLimits.SIGNATURE,
        () -> "run.signature must have 64 bytes, got " + proto.getSignature().size());
  }
}
