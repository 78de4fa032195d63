package dev.dragonfly.dfdaemon.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpSourceRedirectTest {
  private static final byte[] CONTENT = {1, 2, 3};
  private static final Map<String, String> SECRETS =
      Map.of("Authorization", "Bearer s3cret", "Cookie", "session=s3cret", "X-Trace", "t");

  private final SourceFixture fixture =
      new SourceFixture(List.of("127.0.0.1", "127.0.0.2"), SourceFixture.SHORT);

  @AfterEach
  void stop() {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/other, /other",
    "other?a=b, /dir/other?a=b",
    "../up, /up",
    "?page=2, /dir/file?page=2",
    "other file, /dir/other%20file"
  })
  void aRelativeLocationIsFollowedFromWhereItCame(String location, String expected)
      throws IOException {
    try (ScriptedServer server = redirecting("/dir/file", location);
        SourceResponse response = fixture.open(server.url("/dir/file"))) {
      assertThat(SourceFixture.bytes(response)).isEqualTo(CONTENT);
      assertThat(server.requests().getLast().target()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void everyKindOfRedirectIsFollowedWithTheRange(int status) throws IOException {
    ScriptedServer.Script end = Scripts.ranged(CONTENT);
    try (ScriptedServer server =
            new ScriptedServer((request, to) -> {
              if (request.target().equals("/end")) {
                end.answer(request, to);
              } else {
                Scripts.status(status + " Moved", "Location: /end").answer(request, to);
              }
            });
        SourceResponse response = fixture.open(server.url("/"), new ByteRange(1, 1))) {
      assertThat(SourceFixture.bytes(response)).containsExactly(2);
    }
  }

  @Test
  void anAbsoluteLocationIsFollowed() throws IOException {
    try (ScriptedServer end = new ScriptedServer(Scripts.whole(CONTENT));
        ScriptedServer first = new ScriptedServer(Scripts.redirect(end.url("/end")));
        SourceResponse response = fixture.open(first.url("/"))) {
      assertThat(SourceFixture.bytes(response)).isEqualTo(CONTENT);
    }
  }

  @Test
  void aCircleOfRedirectsEnds() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.redirect("/again"))) {
      String url = "http://u:hunter2@127.0.0.1:" + server.port() + "/?sig=s3cret";
      DragonflyException failure = fixture.failure(url);
      assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_FAILED);
      assertThat(failure.getMessage())
          .contains("redirected more than 10 times")
          .doesNotContain("hunter2")
          .doesNotContain("s3cret");
      assertThat(server.requests()).hasSize(11);
    }
  }

  @Test
  void aRedirectWithoutALocationIsAFailure() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.status("302 Found"))) {
      assertThat(fixture.failure(server.url("/")).code()).isEqualTo(ErrorCode.SOURCE_FAILED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://127.0.0.1/x", "file:///etc/passwd", "http://[", "mailto:me@x"})
  void aLocationThatIsNoSourceIsTheFaultOfTheServer(String location) throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.redirect(location))) {
      assertThat(fixture.failure(server.url("/")).code()).isEqualTo(ErrorCode.SOURCE_FAILED);
    }
  }

  @Test
  void credentialsStayWithTheServerTheyWereGivenFor() throws IOException {
    try (ScriptedServer end =
            new ScriptedServer(InetAddress.getByName("127.0.0.2"), Scripts.whole(CONTENT));
        ScriptedServer first = new ScriptedServer(Scripts.redirect(end.url("/end")));
        SourceResponse response = fixture.open(first.url("/"), SECRETS, Optional.empty())) {
      assertThat(response.status()).isEqualTo(200);
      assertThat(first.requests().getFirst().header())
          .containsEntry("authorization", "Bearer s3cret")
          .containsEntry("cookie", "session=s3cret");
      assertThat(end.requests().getFirst().header())
          .containsOnlyKeys("host", "accept", "accept-encoding", "user-agent");
    }
  }

  @Test
  void anotherPortIsAnotherServer() throws IOException {
    try (ScriptedServer end = new ScriptedServer(Scripts.whole(CONTENT));
        ScriptedServer first = new ScriptedServer(Scripts.redirect(end.url("/end")));
        SourceResponse response =
            fixture.open(
                first.url("/").replace("http://", "http://user:pw@"), Map.of(), Optional.empty())) {
      assertThat(response.status()).isEqualTo(200);
      assertThat(first.requests().getFirst().header()).containsKey("authorization");
      assertThat(end.requests().getFirst().header()).doesNotContainKey("authorization");
    }
  }

  @Test
  void credentialsDoNotComeBackOnTheWayBack() throws IOException {
    CompletableFuture<String> back = new CompletableFuture<>();
    try (ScriptedServer there =
            new ScriptedServer((request, to) -> Scripts.redirect(back.join()).answer(request, to));
        ScriptedServer first = redirecting("/a", there.url("/"))) {
      back.complete(first.url("/b"));
      SourceResponse response =
          fixture.open(first.url("/a"), Map.of("Authorization", "Bearer s3cret"), Optional.empty());
      response.close();
      assertThat(response.status()).isEqualTo(200);
      assertThat(first.requests().getLast().target()).isEqualTo("/b");
      assertThat(first.requests().getLast().header()).doesNotContainKey("authorization");
    }
  }

  @Test
  void credentialsGoWithARedirectOnTheSameServer() throws IOException {
    try (ScriptedServer server = redirecting("/a", "/b");
        SourceResponse response = fixture.open(server.url("/a"), SECRETS, Optional.empty())) {
      assertThat(response.status()).isEqualTo(200);
      assertThat(server.requests().getLast().header()).containsKey("authorization");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.3/",
        "http://localhost.localdomain.invalid@127.0.0.3/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/latest/",
        "http://[::1]/",
        "http://0.0.0.0/"
      })
  void aRedirectToAnAddressThatMayNotBeReadIsRefused(String location) throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.redirect(location))) {
      DragonflyException failure = fixture.failure(server.url("/"));
      assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
      assertThat(failure).hasMessageContaining("source.allow");
    }
  }

  @Test
  void aNumberIsNoAddress() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(InetAddress.getByName("127.0.0.3"), Scripts.whole(CONTENT));
        ScriptedServer first =
            new ScriptedServer(Scripts.redirect("http://2130706435:" + server.port() + "/"))) {
      assertThat(fixture.failure(first.url("/")).code())
          .isIn(ErrorCode.UNAVAILABLE, ErrorCode.DEADLINE_EXCEEDED, ErrorCode.PERMISSION_DENIED);
      assertThat(server.accepted()).isZero();
    }
  }

  @Test
  void anAddressThatMayNotBeReadIsNotEvenConnectedTo() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(InetAddress.getByName("127.0.0.3"), Scripts.whole(CONTENT));
        ScriptedServer first = new ScriptedServer(Scripts.redirect(server.url("/")))) {
      assertThat(fixture.failure(server.url("/")).code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
      assertThat(fixture.failure(first.url("/")).code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
      assertThat(server.accepted()).isZero();
    }
  }

  private static ScriptedServer redirecting(String from, String location) throws IOException {
    return new ScriptedServer((request, to) -> {
      if (request.target().equals(from)) {
        Scripts.redirect(location).answer(request, to);
      } else {
        Scripts.whole(CONTENT).answer(request, to);
      }
    });
  }
}
