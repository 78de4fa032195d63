package dev.dragonfly.common.wire;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.TaskType;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tasks and what is known of them on the wire. */
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
    Arguments.check(
        proto.getSerializedSize() <= FieldLimits.DOWNLOAD_BYTES,
        () ->
            "download must have at most %d bytes, got %d"
                .formatted(FieldLimits.DOWNLOAD_BYTES, proto.getSerializedSize()));
    checkUrl(proto.getUrl());
    checkFiltered(proto.getFilteredQueryParamsList());
    Arguments.check(
        !proto.hasPieceLength() || isPieceLength(proto.getPieceLength()),
        () -> "download.piece_length must be 4 MiB to 64 MiB, got " + proto.getPieceLength());
    return new TaskSpec(
        kind(proto.getType()),
        proto.getUrl(),
        PieceMapper.digest("download.digest", proto.getDigest()),
        Arguments.optionalText("download.tag", proto.hasTag(), proto.getTag(), FieldLimits.NAME),
        Arguments.optionalText(
            "download.application",
            proto.hasApplication(),
            proto.getApplication(),
            FieldLimits.NAME),
        proto.getFilteredQueryParamsList(),
        HeaderCheck.check("download.request_header", proto.getRequestHeaderMap()),
        Arguments.optional(proto.hasPieceLength(), proto.getPieceLength()),
        proto.hasContentForCalculatingTaskId()
            ? Optional.of(
                Arguments.within(
                    "download.content_for_calculating_task_id",
                    proto.getContentForCalculatingTaskId(),
                    FieldLimits.CONTENT_FOR_ID))
            : Optional.empty(),
        proto.getEnableTaskIdBasedBlobDigest());
  }

  private static void checkUrl(String url) {
    Arguments.notEmpty("download.url", url);
    Arguments.text("download.url", url, FieldLimits.URL);
    int colon = url.indexOf("://");
    Arguments.check(
        colon > 0
            && url.substring(0, colon)
                .chars()
                .allMatch(c -> Character.isLetterOrDigit(c) || c == '+' || c == '.' || c == '-'),
        () -> "download.url must be an absolute URL, got '" + url + "'");
  }

  private static void checkFiltered(List<String> parameters) {
    String field = "download.filtered_query_params";
    Arguments.atMost(field, parameters.size(), FieldLimits.FILTERED_PARAMS);
    int length = 0;
    for (String parameter : parameters) {
      length += Arguments.text(field, parameter, FieldLimits.FILTERED_PARAMS_TEXT).length();
    }
    Arguments.check(
        length <= FieldLimits.FILTERED_PARAMS_TEXT,
        () ->
            field
                + " must have at most "
                + FieldLimits.FILTERED_PARAMS_TEXT
                + " characters in all");
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
              .setPublicKey(ByteString.copyFrom(key.raw()))
              .setTrusted(key.trusted()));
    }
    return proto.build();
  }

  /**
   * What is known of the content.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT naming the field
   */
  public static TaskFacts fromFacts(dev.dragonfly.api.ext.v1.TaskFacts proto) {
    Arguments.atMost("facts.reader_keys", proto.getReaderKeysCount(), FieldLimits.READER_KEYS);
    List<ReaderKey> keys =
        proto.getReaderKeysList().stream()
            .map(key -> Arguments.parse("facts.reader_keys", key, TaskMapper::readerKey))
            .toList();
    checkLengths("facts.", proto.getContentLength(), proto.getPieceLength());
    return new TaskFacts(
        Arguments.optional(proto.hasContentLength(), proto.getContentLength()),
        Arguments.optional(proto.getPieceLength() > 0, proto.getPieceLength()),
        HeaderCheck.check("facts.response_header", proto.getResponseHeaderMap()),
        PieceMapper.digest("facts.digest", proto.getDigest()),
        keys,
        proto.hasVersion()
            ? Optional.of(Arguments.parse("facts.version", proto.getVersion(), SourceVersion::new))
            : Optional.empty());
  }

  private static ReaderKey readerKey(dev.dragonfly.api.ext.v1.ReaderKey proto) {
    ReaderKey key =
        ReaderKey.of(new HostId(proto.getHostId()).value(), proto.getPublicKey().toByteArray());
    return proto.getTrusted() ? key.asTrusted() : key;
  }

  private static boolean isPieceLength(long length) {
    return length >= PieceLayout.MIN_PIECE_LENGTH && length <= PieceLayout.MAX_PIECE_LENGTH;
  }

  /**
   * A piece length need not be a power of two: a caller may have asked for another, and then every
   * peer, also an upstream one, takes it as it is.
   *
   * @param piece 0 where it is not known
   */
  private static void checkLengths(String prefix, long content, long piece) {
    Arguments.check(
        content >= 0 && content <= FieldLimits.CONTENT_LENGTH,
        () ->
            prefix + "content_length must be at most 2^53, got " + Long.toUnsignedString(content));
    Arguments.check(
        piece == 0 || isPieceLength(piece),
        () -> prefix + "piece_length must be 4 MiB to 64 MiB, got " + Long.toUnsignedString(piece));
    Arguments.check(
        piece == 0 || Math.ceilDiv(content, piece) <= PieceLayout.MAX_PIECES,
        () ->
            prefix
                + "content_length of %d bytes has too many pieces of %d bytes"
                    .formatted(content, piece));
  }

  /** The lengths that an upstream peer tells with its register. */
  static TaskFacts actualLengths(Download proto) {
    checkLengths("download.actual_", proto.getActualContentLength(), proto.getActualPieceLength());
    return new TaskFacts(
        Arguments.optional(proto.hasActualContentLength(), proto.getActualContentLength()),
        Arguments.optional(proto.getActualPieceLength() > 0, proto.getActualPieceLength()),
        Map.of(),
        Optional.empty(),
        List.of());
  }
}
