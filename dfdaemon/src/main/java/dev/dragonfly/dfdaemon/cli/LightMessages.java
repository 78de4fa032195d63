package dev.dragonfly.dfdaemon.cli;

import com.google.protobuf.Duration;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Piece;
import dev.dragonfly.api.common.v2.Range;
import dev.dragonfly.api.common.v2.TrafficType;
import dev.dragonfly.api.dfdaemon.v2.DownloadPieceFinishedResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskStartedResponse;
import dev.dragonfly.common.piece.Piece.Traffic;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.task.TaskSpec;

/**
 * The messages of the light path, written and read by hand: of the generated types only constants
 * are used here, which the compiler copies. To load those types, with descriptors and loggers,
 * takes longer than the rest of a short download. A test compares this with them.
 */
final class LightMessages {
  private static final int MAP_KEY = 1;
  private static final int MAP_VALUE = 2;

  private LightMessages() {}

  /** A {@link DownloadTaskRequest}; the kind of the task is the default. */
  static byte[] request(DfgetRequest request) {
    TaskSpec spec = request.spec();
    FieldWriter download = new FieldWriter();
    download.text(Download.URL_FIELD_NUMBER, spec.url());
    spec.digest().ifPresent(d -> download.text(Download.DIGEST_FIELD_NUMBER, d.toString()));
    spec.tag().ifPresent(tag -> download.text(Download.TAG_FIELD_NUMBER, tag));
    spec.application().ifPresent(a -> download.text(Download.APPLICATION_FIELD_NUMBER, a));
    for (String name : spec.filteredQueryParams()) {
      download.text(Download.FILTERED_QUERY_PARAMS_FIELD_NUMBER, name);
    }
    spec.requestHeader().forEach((name, value) -> header(download, name, value));
    spec.pieceLength().ifPresent(l -> download.number(Download.PIECE_LENGTH_FIELD_NUMBER, l));
    download
        .number(Download.PRIORITY_FIELD_NUMBER, request.priority())
        .text(Download.OUTPUT_PATH_FIELD_NUMBER, request.output().toString())
        .message(
            Download.TIMEOUT_FIELD_NUMBER,
            new FieldWriter().number(Duration.SECONDS_FIELD_NUMBER, request.timeout().toSeconds()))
        .flag(Download.OVERWRITE_FIELD_NUMBER, request.overwrite())
        .flag(Download.FORCE_HARD_LINK_FIELD_NUMBER, request.forceHardLink())
        .flag(Download.DISABLE_BACK_TO_SOURCE_FIELD_NUMBER, request.disableBackToSource());
    request.range().ifPresent(range -> range(download, range));
    return new FieldWriter().message(DownloadTaskRequest.DOWNLOAD_FIELD_NUMBER, download).toBytes();
  }

  private static void header(FieldWriter download, String name, String value) {
    download.message(
        Download.REQUEST_HEADER_FIELD_NUMBER,
        new FieldWriter().text(MAP_KEY, name).text(MAP_VALUE, value));
  }

  private static void range(FieldWriter download, RangeRequest range) {
    if (range instanceof RangeRequest.From from && from.end() != RangeRequest.OPEN_END) {
      download.message(
          Download.RANGE_FIELD_NUMBER,
          new FieldWriter()
              .number(Range.START_FIELD_NUMBER, from.start())
              .number(Range.LENGTH_FIELD_NUMBER, from.end() - from.start()));
    } else {
      range.toHeader().ifPresent(value -> header(download, "Range", value));
    }
  }

  /** Reads a {@link DownloadTaskResponse} and tells what it says. */
  static void tell(FieldReader response, DownloadFollower to) {
    String task = "";
    String peer = "";
    while (response.next()) {
      switch (response.field()) {
        case DownloadTaskResponse.TASK_ID_FIELD_NUMBER -> task = response.text();
        case DownloadTaskResponse.PEER_ID_FIELD_NUMBER -> peer = response.text();
        case DownloadTaskResponse.DOWNLOAD_TASK_STARTED_RESPONSE_FIELD_NUMBER ->
            started(response.message(), to);
        case DownloadTaskResponse.DOWNLOAD_PIECE_FINISHED_RESPONSE_FIELD_NUMBER ->
            finished(response.message(), to);
        default -> {}
      }
    }
    to.is(task, peer);
  }

  private static void started(FieldReader started, DownloadFollower to) {
    long wanted = 0;
    boolean isPart = false;
    boolean isUnknown = false;
    while (started.next()) {
      switch (started.field()) {
        case DownloadTaskStartedResponse.CONTENT_LENGTH_FIELD_NUMBER ->
            wanted = isPart ? wanted : started.number();
        case DownloadTaskStartedResponse.RANGE_FIELD_NUMBER -> {
          isPart = true;
          wanted = number(started.message(), Range.LENGTH_FIELD_NUMBER);
        }
        case DownloadTaskStartedResponse.LENGTH_UNKNOWN_FIELD_NUMBER ->
            isUnknown = started.number() != 0;
        default -> {}
      }
    }
    to.total(isUnknown ? -1 : wanted);
  }

  private static void finished(FieldReader finished, DownloadFollower to) {
    while (finished.next()) {
      if (finished.field() == DownloadPieceFinishedResponse.PIECE_FIELD_NUMBER) {
        long length = number(finished.message(), Piece.LENGTH_FIELD_NUMBER);
        long traffic = number(finished.message(), Piece.TRAFFIC_TYPE_FIELD_NUMBER);
        to.piece(traffic(traffic), length);
      }
    }
  }

  private static Traffic traffic(long number) {
    if (number == TrafficType.REMOTE_PEER_VALUE) {
      return Traffic.REMOTE_PEER;
    }
    return number == TrafficType.BACK_TO_SOURCE_VALUE ? Traffic.BACK_TO_SOURCE : Traffic.LOCAL_PEER;
  }

  /** A number in the message; 0 when it is not there. */
  private static long number(FieldReader message, int field) {
    long number = 0;
    while (message.next()) {
      number = message.field() == field ? message.number() : number;
    }
    return number;
  }
}
