package dev.dragonfly.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerRequest;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerResponse;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerResponse.ResponseCase;
import dev.dragonfly.api.scheduler.v2.DownloadPeerBackToSourceFailedRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPeerBackToSourceFinishedRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPeerFailedRequest;
import dev.dragonfly.api.scheduler.v2.DownloadPeerFinishedRequest;
import dev.dragonfly.common.testing.OwnRedis;
import dev.dragonfly.common.testing.Replay;
import dev.dragonfly.common.testing.Replay.Event;
import dev.dragonfly.common.testing.Replay.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real upstream clients sent is understood, and answered as the real scheduler answered. */
class RecordedClientsTest {
  private static final int PEER_STREAM = 5;
  private static final String TASK =
      "59f1001d0e35534633fbb56cb0fd891e7024d6b776265a52b7bd864339015071";
  private static final Duration SOON = Duration.ofSeconds(1);

  @RegisterExtension private static final OwnRedis redis = OwnRedis.start();

  private SchedulerServer scheduler;

  @BeforeEach
  void start() {
    scheduler = TestServers.server(redis);
    scheduler.start();
  }

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void aSeedReadsTheSourceAndTwoPeersTakeItsPieces() throws Exception {
    List<Event> seed = replay("seed");
    assertThat(answer(seed)).isEqualTo(ResponseCase.NEED_BACK_TO_SOURCE_RESPONSE);
    assertEnded(seed);

    List<Event> first = replay("first-peer");
    assertThat(response(first).getNormalTaskResponse().getCandidateParentsList())
        .extracting(parent -> parent.getHost().getId())
        .containsExactly("10.231.0.11-h1-seed");
    assertEnded(first);

    List<Event> second = replay("second-peer");
    assertThat(response(second).getNormalTaskResponse().getCandidateParentsList())
        .extracting(parent -> parent.getHost().getId())
        .containsExactlyInAnyOrder("10.231.0.11-h1-seed", "10.231.0.12-h2");
    assertEnded(second);
  }

  @Test
  void headersComeBeforeThePeerHasSaidAnything() throws Exception {
    try (Replay replay = recording("first-peer").untilRequest(PEER_STREAM)) {
      replay.play();
      replay.await(Kind.HEADERS, PEER_STREAM, 1);
    }
  }

  @ParameterizedTest
  @MethodSource
  void everyLastWordEndsTheStreamOfAClientThatLeavesItOpen(AnnouncePeerRequest lastWord)
      throws Exception {
    AnnouncePeerRequest word =
        lastWord.toBuilder()
            .setHostId("10.231.0.11-h1-seed")
            .setTaskId(TASK)
            .setPeerId("10.231.0.11-h1-e2761a1d-5975-47dd-9e5c-f48fb0a86434-seed")
            .build();
    try (Replay replay =
        recording("seed")
            .until("S MESSAGE " + PEER_STREAM)
            .thenMessage(PEER_STREAM, word.toByteArray())
            .then("S TRAILERS " + PEER_STREAM, "S RESET " + PEER_STREAM)) {
      assertEnded(replay.play());
    }
  }

  static Stream<AnnouncePeerRequest> everyLastWordEndsTheStreamOfAClientThatLeavesItOpen() {
    AnnouncePeerRequest.Builder any = AnnouncePeerRequest.newBuilder();
    return Stream.of(
        any.clone()
            .setDownloadPeerFinishedRequest(DownloadPeerFinishedRequest.getDefaultInstance())
            .build(),
        any.clone()
            .setDownloadPeerBackToSourceFinishedRequest(
                DownloadPeerBackToSourceFinishedRequest.getDefaultInstance())
            .build(),
        any.clone()
            .setDownloadPeerFailedRequest(DownloadPeerFailedRequest.getDefaultInstance())
            .build(),
        any.clone()
            .setDownloadPeerBackToSourceFailedRequest(
                DownloadPeerBackToSourceFailedRequest.getDefaultInstance())
            .build());
  }

  @Test
  void theHealthCheckIsAnswered() throws Exception {
    List<Event> events = replay("health");

    assertThat(
            events.stream()
                .filter(e -> e.kind() == Kind.MESSAGE)
                .findFirst()
                .orElseThrow()
                .content())
        .as("status: SERVING")
        .containsExactly(8, 1);
    assertThat(trailers(events, 1).text()).isEqualTo("0");
  }

  private List<Event> replay(String name) throws Exception {
    try (Replay replay = recording(name)) {
      return replay.play();
    }
  }

  private Replay recording(String name) {
    return new Replay(RecordedClientsTest.class, "recorded/" + name + ".txt", scheduler.port());
  }

  private static ResponseCase answer(List<Event> events) throws InvalidProtocolBufferException {
    return response(events).getResponseCase();
  }

  /** The one answer that an upstream peer takes. */
  private static AnnouncePeerResponse response(List<Event> events)
      throws InvalidProtocolBufferException {
    List<Event> messages =
        events.stream().filter(e -> e.kind() == Kind.MESSAGE && e.stream() == PEER_STREAM).toList();
    assertThat(messages).hasSize(1);
    return AnnouncePeerResponse.parseFrom(messages.getFirst().content());
  }

  /** Status 0, then a reset without error: the client waits for it before it goes on. */
  private static void assertEnded(List<Event> events) {
    Event trailers = trailers(events, PEER_STREAM);
    Event reset =
        events.stream()
            .filter(e -> e.kind() == Kind.RESET && e.stream() == PEER_STREAM)
            .findFirst()
            .orElseThrow();
    assertThat(trailers.text()).isEqualTo("0");
    assertThat(reset.text()).isEqualTo("0");
    assertThat(Duration.ofNanos(reset.nanos() - trailers.nanos())).isLessThan(SOON);
  }

  private static Event trailers(List<Event> events, int stream) {
    return events.stream()
        .filter(e -> e.kind() == Kind.TRAILERS && e.stream() == stream)
        .findFirst()
        .orElseThrow();
  }
}
