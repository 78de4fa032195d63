package dev.dragonfly.dfdaemon.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpSourceFailureTest {
  private final SourceFixture fixture = new SourceFixture();

  @AfterEach
  void stop() {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource({
    "404, SOURCE_NOT_FOUND",
    "410, SOURCE_NOT_FOUND",
    "401, SOURCE_UNAUTHORIZED",
    "403, SOURCE_FORBIDDEN",
    "416, SOURCE_FAILED",
    "429, SOURCE_FAILED",
    "500, SOURCE_FAILED",
    "503, SOURCE_FAILED",
    "204, SOURCE_FAILED",
    "304, SOURCE_FAILED"
  })
  void aStatusThatIsNoContentIsReportedWithTheUrl(int status, ErrorCode code) throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.status(status + " Reason"))) {
      DragonflyException failure = fixture.failure(server.url("/some/file"));
      assertThat(failure.code()).isEqualTo(code);
      assertThat(failure).hasMessageContaining(server.url("/some/file") + " answered " + status);
    }
  }

  @Test
  void messagesDoNotHoldSecretsOfTheUrl() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.status("403 Forbidden"))) {
      String url =
          "http://user:hunter2@127.0.0.1:" + server.port() + "/f?X-Amz-Signature=abc123#frag";
      DragonflyException failure = fixture.failure(url);
      assertThat(failure.getMessage())
          .contains("127.0.0.1")
          .doesNotContain("hunter2")
          .doesNotContain("abc123");
      assertThat(server.requests().getFirst().header("authorization"))
          .contains("Basic dXNlcjpodW50ZXIy");
    }
  }

  @Test
  void theBeginningOfWhatTheServerExplainsIsReported() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) ->
            to.lines("HTTP/1.1 500 Oops", "Content-Length: 4000", "")
                .send(("<b>disk full</b>" + "x".repeat(3984)).getBytes(StandardCharsets.UTF_8)))) {
      DragonflyException failure = fixture.failure(server.url("/"));
      assertThat(failure).hasMessageContaining("disk full");
      assertThat(failure.getMessage()).hasSizeLessThan(400);
    }
  }

  @Test
  void anExplanationThatDripsDoesNotHoldUpTheReport() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) -> {
          to.lines("HTTP/1.1 404 Not Found", "Content-Length: 500", "");
          while (to.pause(SourceFixture.SHORT.toMillis() / 2)) {
            to.send(new byte[] {'a'});
          }
        })) {
      // At this rate the 200 bytes of an excerpt would take 40 s, which is more than the time-out.
      assertThat(fixture.failure(server.url("/")).code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
    }
  }

  @Test
  void aRefusedConnectionSaysWhereItWentTo() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = closed.getLocalPort();
    }
    DragonflyException failure = fixture.failure("http://127.0.0.1:" + port + "/file");
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("127.0.0.1:" + port + "/file");
  }

  @Test
  void aNameThatDoesNotResolveIsReported() {
    DragonflyException failure = fixture.failure("http://no-such-host.invalid/file");
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("no-such-host.invalid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x7f000003", "0x7f.0.0.3", "017700000003"})
  void anAddressInDisguiseIsNotReached(String host) throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(InetAddress.getByName("127.0.0.3"), Scripts.whole(new byte[1]))) {
      DragonflyException failure = fixture.failure("http://" + host + ":" + server.port() + "/");
      assertThat(failure.code()).isIn(ErrorCode.PERMISSION_DENIED, ErrorCode.UNAVAILABLE);
      assertThat(server.accepted()).isZero();
    }
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() throws IOException {
    try (ScriptedServer server = new ScriptedServer((request, to) -> to.untilHungUp())) {
      DragonflyException failure = fixture.failure(server.url("/silent"));
      assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
      assertThat(failure).hasMessageContaining("/silent");
    }
  }

  @Test
  void aHeadThatDripsIsGivenUp() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) -> {
          to.lines("HTTP/1.1 200 OK");
          for (int i = 0; to.pause(SourceFixture.SHORT.toMillis() / 4); i++) {
            to.lines("X-Drip-" + i + ": 1");
          }
        })) {
      assertThat(fixture.failure(server.url("/")).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    }
  }

  @Test
  void aBodyThatPausesTooLongIsGivenUp() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) ->
            to.lines("HTTP/1.1 200 OK", "Content-Length: 100", "")
                .send(new byte[10])
                .untilHungUp())) {
      DragonflyException failure = fixture.failure(server.url("/stalls"));
      assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
      assertThat(failure.getMessage()).contains("/stalls").doesNotContain("parent");
    }
  }

  @Test
  void aBodyThatComesSlowlyButComesIsRead() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer((request, to) -> {
              to.lines("HTTP/1.1 200 OK", "Content-Length: 6", "");
              for (int i = 0; i < 6 && to.pause(SourceFixture.SHORT.toMillis() / 4); i++) {
                to.send(new byte[] {'a'});
              }
            });
        SourceResponse response = fixture.open(server.url("/"))) {
      assertThat(SourceFixture.bytes(response)).hasSize(6);
    }
  }

  @Test
  void whatIsNotHttpFails() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) -> to.lines("SSH-2.0-OpenSSH_9.7", ""))) {
      assertThat(fixture.failure(server.url("/")).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  @Test
  void aHeadWithoutEndIsNotCollectedForever() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) -> {
          to.lines("HTTP/1.1 200 OK");
          for (int i = 0; i < 2000; i++) {
            to.lines("X-" + i + ": " + "y".repeat(100));
          }
          to.untilHungUp();
        })) {
      assertThat(fixture.failure(server.url("/")).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  @Test
  void anAnswerThatIsOnlyPromisedIsWaitedFor() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer((request, to) ->
                to.lines("HTTP/1.1 103 Early Hints", "Link: </x>", "")
                    .lines("HTTP/1.1 200 OK", "Content-Length: 2", "")
                    .send(new byte[2]));
        SourceResponse response = fixture.open(server.url("/"))) {
      assertThat(SourceFixture.bytes(response)).hasSize(2);
    }
  }

  @Test
  void aHeaderThatIsNoneIsTheCallersMistakeAndLeavesNoConnection() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.whole(new byte[1]))) {
      Map<String, String> header = Map.of("X-Bad", "one\r\nInjected: two");
      assertThat(
              Assertions.catchThrowableOfType(
                      DragonflyException.class,
                      () -> fixture.open(server.url("/"), header, Optional.empty()))
                  .code())
          .isEqualTo(ErrorCode.INVALID_ARGUMENT);
      assertThat(server.requests()).isEmpty();
      assertThat(server.accepted()).isZero();
    }
  }

  @Test
  void closingTheResponseHangsUp() throws Exception {
    CountDownLatch hungUp = new CountDownLatch(1);
    try (ScriptedServer server =
        new ScriptedServer((request, to) -> {
          to.lines("HTTP/1.1 200 OK", "Content-Length: 100", "").untilHungUp();
          hungUp.countDown();
        })) {
      fixture.open(server.url("/")).close();
      assertThat(hungUp.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
