package dev.dragonfly.dfdaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.api.common.v2.Piece;
import dev.dragonfly.api.common.v2.Range;
import dev.dragonfly.api.common.v2.TrafficType;
import dev.dragonfly.api.dfdaemon.v2.DownloadPieceFinishedResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskStartedResponse;
import dev.dragonfly.common.error.DragonflyException;
import java.io.PrintStream;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written and read by hand is what the generated types write and read. */
class LightMessagesTest {
  private static final String ALL =
      "http://origin.test/ä€😀 -O /tmp/out -H A:1 -H B:ü --tag t --application a --priority 6"
          + " --timeout 77h --piece-length 64MiB --overwrite --force-hard-link"
          + " --disable-back-to-source --filtered-query-param x --filtered-query-param y"
          + " --digest sha256:0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"
          + "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://origin.test/file -O /tmp/out",
        ALL,
        ALL + " --range 10-19",
        ALL + " --range 0-0",
        ALL + " --range 5-",
        "http://origin.test/file -O /tmp/out --range 0-99999999999"
      })
  void aRequestIsTheMessageThatGrpcSends(String line) throws Exception {
    DfgetRequest request = PlainArguments.read(line.split(" ")).orElseThrow().toRequest();
    assertThat(DownloadTaskRequest.parseFrom(LightMessages.request(request)))
        .isEqualTo(GrpcWire.toMessage(request));
  }

  @ParameterizedTest
  @EnumSource(names = "UNRECOGNIZED", mode = EnumSource.Mode.EXCLUDE)
  void aPieceIsReadAsTheGeneratedTypeReadsIt(TrafficType traffic) {
    Piece piece =
        Piece.newBuilder().setNumber(7).setLength(1L << 40).setTrafficType(traffic).build();
    assertReadAlike(
        message()
            .setDownloadPieceFinishedResponse(
                DownloadPieceFinishedResponse.newBuilder().setPiece(piece))
            .build());
  }

  @Test
  void aStartIsReadAsTheGeneratedTypeReadsIt() {
    DownloadTaskStartedResponse started =
        DownloadTaskStartedResponse.newBuilder()
            .setContentLength(1_000_000)
            .putResponseHeader("etag", "1")
            .addPieces(Piece.newBuilder().setNumber(1).setLength(4))
            .setIsFinished(true)
            .build();
    for (DownloadTaskStartedResponse form :
        List.of(
            started,
            started.toBuilder().setLengthUnknown(true).build(),
            started.toBuilder().setRange(Range.newBuilder().setStart(3).setLength(9)).build())) {
      assertReadAlike(message().setDownloadTaskStartedResponse(form).build());
    }
  }

  private static DownloadTaskResponse.Builder message() {
    return DownloadTaskResponse.newBuilder().setHostId("h").setTaskId("task").setPeerId("ä");
  }

  private static void assertReadAlike(DownloadTaskResponse message) {
    Heard generated = new Heard();
    GrpcWire.tell(message, generated.follower);
    Heard byHand = new Heard();
    LightMessages.tell(new FieldReader(message.toByteArray()), byHand.follower);
    assertThat(byHand.toString()).isEqualTo(generated.toString()).contains("task");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0a", "0a05", "08", "08ffffffffffffffffffff01", "0affffffff0f", "0b", "09"})
  void whatCannotBeReadIsSaid(String hex) {
    assertThatThrownBy(
            () -> {
              FieldReader reader = new FieldReader(HexFormat.of().parseHex(hex));
              while (reader.next()) {}
            })
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining("cannot be read");
  }

  /** All that a follower heard. */
  private static final class Heard {
    private final ProgressBar progress =
        ProgressBar.on(new PrintStream(PrintStream.nullOutputStream()), true, false);
    private final DownloadFollower follower = new DownloadFollower(progress);

    @Override
    public String toString() {
      return List.of(
              follower.task(),
              follower.peer(),
              progress.total(),
              progress.fromPeers(),
              progress.fromSource(),
              progress.fromCache())
          .toString();
    }
  }
}
