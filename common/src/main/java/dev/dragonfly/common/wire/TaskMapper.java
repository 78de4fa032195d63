package dev.dragonfly.common.wire;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.TaskType;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Tasks, what is known of them, and their digest runs on the wire. */
public final class TaskMapper {
  private TaskMapper() {}

  /** What is to be downloaded, with the headers of the caller. */
  public static Download toDownload(TaskSpec spec) {
    Download.Builder proto =
        Download.newBuilder()
            .setUrl(spec.url())
            .setType(type(spec.kind()))
            .addAllFilteredQueryParams(spec.filteredQueryParams())
            .putAllRequestHeader(spec.requestHeader())
            .setEnableTaskIdBasedBlobDigest(spec.idFromBlobDigest());
    spec.digest().ifPresent(digest -> proto.setDigest(digest.toString()));
    spec.tag().ifPresent(proto::setTag);
    spec.application().ifPresent(proto::setApplication);
    spec.pieceLength().ifPresent(proto::setPieceLength);
    spec.contentForId().ifPresent(proto::setContentForCalculatingTaskId);
    return proto.build();
  }

  /**
   * What is asked for.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT naming the field
   */
  public static TaskSpec toSpec(Download proto) {
    checkUrl(proto.getUrl());
    Arguments.check(
        !proto.hasPieceLength()
            || proto.getPieceLength() >= 4L << 20 && proto.getPieceLength() <= 64L << 20,
        "download.piece_length must be 4 MiB to 64 MiB, got " + proto.getPieceLength());
    return new TaskSpec(
        kind(proto.getType()),
        proto.getUrl(),
        proto.getDigest().isEmpty()
            ? Optional.empty()
            : Optional.of(Arguments.parse("download.digest", proto.getDigest(), Digest::parse)),
        proto.hasTag() ? Optional.of(proto.getTag()) : Optional.empty(),
        proto.hasApplication() ? Optional.of(proto.getApplication()) : Optional.empty(),
        proto.getFilteredQueryParamsList(),
        proto.getRequestHeaderMap(),
        proto.hasPieceLength() ? OptionalLong.of(proto.getPieceLength()) : OptionalLong.empty(),
        proto.hasContentForCalculatingTaskId()
            ? Optional.of(proto.getContentForCalculatingTaskId())
            : Optional.empty(),
        proto.getEnableTaskIdBasedBlobDigest());
  }

  private static void checkUrl(String url) {
    Arguments.notEmpty("download.url", url);
    int colon = url.indexOf("://");
    Arguments.check(
        colon > 0
            && url.substring(0, colon)
                .chars()
                .allMatch(c -> Character.isLetterOrDigit(c) || c == '+' || c == '.' || c == '-'),
        "download.url must be an absolute URL, got '" + url + "'");
  }

  /** The number of a kind on the wire. */
  public static TaskType type(TaskKind kind) {
    return switch (kind) {
      case STANDARD -> TaskType.STANDARD;
      case PERSISTENT -> TaskType.PERSISTENT;
      case PERSISTENT_CACHE -> TaskType.PERSISTENT_CACHE;
      case CACHE -> TaskType.CACHE;
    };
  }

  private static TaskKind kind(TaskType type) {
    return switch (type) {
      case STANDARD -> TaskKind.STANDARD;
      case PERSISTENT -> TaskKind.PERSISTENT;
      case PERSISTENT_CACHE -> TaskKind.PERSISTENT_CACHE;
      case CACHE -> TaskKind.CACHE;
      case UNRECOGNIZED -> throw Arguments.invalid("download.type is not known");
    };
  }

  /**
   * The bytes asked for, where not all are.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT when they overflow
   */
  public static Optional<ByteRange> range(Download proto) {
    return proto.hasRange()
        ? Optional.of(
            Arguments.parse(
                "download.range",
                proto.getRange(),
                range -> new ByteRange(range.getStart(), range.getLength())))
        : Optional.empty();
  }

  /** For the wire. */
  static dev.dragonfly.api.common.v2.Range range(ByteRange range) {
    return dev.dragonfly.api.common.v2.Range.newBuilder()
        .setStart(range.start())
        .setLength(range.length())
        .build();
  }

  /**
   * The download that triggers a seed: the whole task, read at the source, written nowhere. Fields
   * that this version does not know are kept.
   *
   * @param header headers for the source
   */
  public static Download forSeed(Download original, Map<String, String> header) {
    return original.toBuilder()
        .setNeedBackToSource(true)
        .setDisableBackToSource(false)
        .setMetadataOnly(false)
        .clearOutputPath()
        .clearRange()
        .clearRequestHeader()
        .putAllRequestHeader(header)
        .build();
  }

  /** What is known of the content. */
  public static dev.dragonfly.api.ext.v1.TaskFacts toFacts(TaskFacts facts) {
    dev.dragonfly.api.ext.v1.TaskFacts.Builder proto =
        dev.dragonfly.api.ext.v1.TaskFacts.newBuilder()
            .putAllResponseHeader(facts.responseHeader());
    facts.contentLength().ifPresent(proto::setContentLength);
    facts.pieceLength().ifPresent(proto::setPieceLength);
    facts.digest().ifPresent(digest -> proto.setDigest(digest.toString()));
    facts.version().ifPresent(version -> proto.setVersion(version.value()));
    for (ReaderKey key : facts.readerKeys()) {
      proto.addReaderKeys(
          dev.dragonfly.api.ext.v1.ReaderKey.newBuilder()
              .setHostId(key.hostId())
              .setPublicKey(ByteString.copyFrom(key.raw())));
    }
    return proto.build();
  }

  /**
   * What is known of the content.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT naming the field
   */
  public static TaskFacts fromFacts(dev.dragonfly.api.ext.v1.TaskFacts proto) {
    List<ReaderKey> keys =
        proto.getReaderKeysList().stream()
            .map(key ->
                Arguments.parse(
                    "reader_keys",
                    key.getHostId(),
                    id -> ReaderKey.of(id, key.getPublicKey().toByteArray())))
            .toList();
    checkLengths(proto.getContentLength(), proto.getPieceLength());
    return new TaskFacts(
        proto.hasContentLength() ? OptionalLong.of(proto.getContentLength()) : OptionalLong.empty(),
        proto.hasPieceLength() && proto.getPieceLength() > 0
            ? OptionalLong.of(proto.getPieceLength())
            : OptionalLong.empty(),
        proto.getResponseHeaderMap(),
        proto.getDigest().isEmpty()
            ? Optional.empty()
            : Optional.of(Arguments.parse("facts.digest", proto.getDigest(), Digest::parse)),
        keys,
        proto.hasVersion()
            ? Optional.of(Arguments.parse("facts.version", proto.getVersion(), SourceVersion::new))
            : Optional.empty());
  }

  private static void checkLengths(long content, long piece) {
    Arguments.check(
        content >= 0 && piece >= 0 && piece <= Integer.MAX_VALUE,
        "content length %s and piece length %s must be below 2^63 and 2^31"
            .formatted(Long.toUnsignedString(content), Long.toUnsignedString(piece)));
    Arguments.check(
        piece == 0 || content / piece < Integer.MAX_VALUE,
        "content of %d bytes has too many pieces of %d bytes".formatted(content, piece));
  }

  /** The lengths that an upstream peer tells with its register. */
  static TaskFacts actualLengths(Download proto) {
    checkLengths(proto.getActualContentLength(), proto.getActualPieceLength());
    return new TaskFacts(
        proto.hasActualContentLength()
            ? OptionalLong.of(proto.getActualContentLength())
            : OptionalLong.empty(),
        proto.hasActualPieceLength() && proto.getActualPieceLength() > 0
            ? OptionalLong.of(proto.getActualPieceLength())
            : OptionalLong.empty(),
        Map.of(),
        Optional.empty(),
        List.of());
  }

  /** A signed run. */
  public static dev.dragonfly.api.ext.v1.SignedRun toRun(SignedRun run) {
    dev.dragonfly.api.ext.v1.SignedRun.Builder proto =
        dev.dragonfly.api.ext.v1.SignedRun.newBuilder()
            .setVersion(run.version().value())
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
  public static SignedRun fromRun(dev.dragonfly.api.ext.v1.SignedRun proto) {
    return Arguments.parse(
        "run",
        "",
        ignored ->
            new SignedRun(
                new SourceVersion(proto.getVersion()),
                proto.getBlockLength(),
                proto.getFirstBlock(),
                proto.getDigests().toByteArray(),
                proto.hasContentLength()
                    ? OptionalLong.of(proto.getContentLength())
                    : OptionalLong.empty(),
                proto.getPublicKey().toByteArray(),
                proto.getSignature().toByteArray()));
  }
}
