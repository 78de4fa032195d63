package dev.dragonfly.common.wire;

import static dev.dragonfly.common.wire.Samples.FACTS;
import static dev.dragonfly.common.wire.Samples.HOST_ID;
import static dev.dragonfly.common.wire.Samples.PEER_ID;
import static dev.dragonfly.common.wire.Samples.SPEC;
import static dev.dragonfly.common.wire.Samples.TASK_ID;
import static dev.dragonfly.common.wire.Samples.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.errordetails.v2.Backend;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPeerStartedRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPieceBackToSourceFailedRequest;
import dev.dragonfly.api.scheduler.v2.RegisterPeerRequest;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PeerEventMapperTest {
  private static final String URL = "https://example.com/a";

  static Stream<PeerEvent> events() {
    Stream<PeerEvent> failures =
        Stream.of(PieceFailure.values())
            .map(why -> new PeerEvent.PieceFailed(OptionalInt.of(0), new PeerId("parent"), why));
    return Stream.concat(
        failures,
        Stream.of(
            new PeerEvent.Register(
                SPEC, FACTS, PieceBitmap.full(3), Optional.empty(), true, true, 6, 1),
            new PeerEvent.Register(
                TaskSpec.ofUrl(URL),
                TaskFacts.NONE,
                PieceBitmap.EMPTY,
                Optional.empty(),
                false,
                false,
                0,
                0),
            new PeerEvent.Started(),
            new PeerEvent.BackToSourceStarted(FACTS),
            new PeerEvent.BackToSourceStarted(TaskFacts.NONE),
            new PeerEvent.Reschedule(List.of(new PeerId("a"), new PeerId("b")), "slow"),
            new PeerEvent.Reschedule(List.of(), ""),
            new PeerEvent.PieceFinished(Samples.piece(Piece.Traffic.REMOTE_PEER)),
            new PeerEvent.PieceFinished(Samples.piece(Piece.Traffic.LOCAL_PEER)),
            new PeerEvent.PieceFinished(Samples.piece(Piece.Traffic.BACK_TO_SOURCE)),
            new PeerEvent.PieceFailed(OptionalInt.empty(), new PeerId("p"), PieceFailure.GONE),
            new PeerEvent.PieceBackToSourceFailed(OptionalInt.of(7), "503"),
            new PeerEvent.PieceBackToSourceFailed(OptionalInt.empty(), ""),
            new PeerEvent.Finished(FACTS, PieceBitmap.full(3)),
            new PeerEvent.BackToSourceFinished(FACTS, PieceBitmap.full(3)),
            new PeerEvent.Failed("no space"),
            new PeerEvent.BackToSourceFailed("404")));
  }

  @ParameterizedTest
  @MethodSource("events")
  void everyEventComesBackAsItWas(PeerEvent event) {
    AnnouncePeerRequest wire = PeerEventMapper.toProto(HOST_ID, TASK_ID, PEER_ID, event);

    assertThat(PeerEventMapper.fromProto(wire)).isEqualTo(event);
    assertThat(wire.getHostId()).isEqualTo(HOST_ID.value());
    assertThat(wire.getTaskId()).isEqualTo(TASK_ID.value());
    assertThat(wire.getPeerId()).isEqualTo(PEER_ID.value());
  }

  @Test
  void aPieceOfTheSourceAndOneOfAParentAreDifferentMessages() {
    assertThat(wire(new PeerEvent.PieceFinished(Samples.piece(Piece.Traffic.BACK_TO_SOURCE))))
        .extracting(AnnouncePeerRequest::getRequestCase)
        .isEqualTo(AnnouncePeerRequest.RequestCase.DOWNLOAD_PIECE_BACK_TO_SOURCE_FINISHED_REQUEST);
    assertThat(wire(new PeerEvent.PieceFinished(Samples.piece(Piece.Traffic.REMOTE_PEER))))
        .extracting(AnnouncePeerRequest::getRequestCase)
        .isEqualTo(AnnouncePeerRequest.RequestCase.DOWNLOAD_PIECE_FINISHED_REQUEST);
  }

  @Test
  void upstreamUnderstandsTheLengthsOfOurRegister() {
    Download download =
        wire(new PeerEvent.Register(
                SPEC, FACTS, PieceBitmap.EMPTY, Optional.empty(), false, false, 0, 1))
            .getRegisterPeerRequest()
            .getDownload();

    assertThat(download.getActualContentLength()).isEqualTo(20_000_000);
    assertThat(download.getActualPieceLength()).isEqualTo(4 << 20);
    assertThat(download.getActualPieceCount()).isEqualTo(5);
  }

  @Test
  void weUnderstandTheLengthsOfUpstreamsRegister() {
    PeerEvent event =
        read(
            Download.newBuilder()
                .setUrl(URL)
                .setActualContentLength(100)
                .setActualPieceLength(4 << 20));

    assertThat(event)
        .isInstanceOfSatisfying(
            PeerEvent.Register.class,
            register -> {
              assertThat(register.facts().contentLength()).isEqualTo(OptionalLong.of(100));
              assertThat(register.facts().pieceLength()).isEqualTo(OptionalLong.of(4 << 20));
              assertThat(register.extVersion()).isZero();
            });
  }

  @Test
  void whatTheSourceAnsweredUpstreamIsKeptAsText() {
    DownloadPieceBackToSourceFailedRequest failed =
        DownloadPieceBackToSourceFailedRequest.newBuilder()
            .setBackend(Backend.newBuilder().setMessage("teapot").setStatusCode(418))
            .build();

    assertThat(
            PeerEventMapper.fromProto(
                ids().setDownloadPieceBackToSourceFailedRequest(failed).build()))
        .isEqualTo(new PeerEvent.PieceBackToSourceFailed(OptionalInt.empty(), "teapot"));
  }

  @Test
  void anEventWithoutItsIdsIsRefusedByTheFieldThatIsMissing() {
    AnnouncePeerRequest.Builder whole =
        ids().setDownloadPeerStartedRequest(DownloadPeerStartedRequest.getDefaultInstance());

    assertInvalid(() -> read(whole.clone().setHostId("")), "host_id: ");
    assertInvalid(() -> read(whole.clone().setPeerId("")), "peer_id: ");
    assertInvalid(() -> read(whole.clone().setPeerId("x".repeat(1025))), "peer_id: ");
    assertInvalid(() -> read(whole.clone().setTaskId("")), "task_id: ");
    assertInvalid(() -> read(whole.clone().setTaskId("XY".repeat(32))), "task_id: ");
    assertInvalid(() -> read(ids()), "receive unknown request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "example.com/a", "/a", "://a", "ht tp://a"})
  void aRegisterWithoutAnAbsoluteUrlIsRefused(String url) {
    assertInvalid(() -> read(Download.newBuilder().setUrl(url)), "download.url");
  }

  private static AnnouncePeerRequest wire(PeerEvent event) {
    return PeerEventMapper.toProto(HOST_ID, TASK_ID, PEER_ID, event);
  }

  private static AnnouncePeerRequest.Builder ids() {
    return AnnouncePeerRequest.newBuilder()
        .setHostId(HOST_ID.value())
        .setTaskId(TASK_ID.value())
        .setPeerId(PEER_ID.value());
  }

  private static PeerEvent read(Download.Builder download) {
    return read(
        ids().setRegisterPeerRequest(RegisterPeerRequest.newBuilder().setDownload(download)));
  }

  private static PeerEvent read(AnnouncePeerRequest.Builder wire) {
    return PeerEventMapper.fromProto(wire.build());
  }
}
