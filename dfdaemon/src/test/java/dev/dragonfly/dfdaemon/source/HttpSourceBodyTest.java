package dev.dragonfly.dfdaemon.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpSourceBodyTest {
  private final SourceFixture fixture = new SourceFixture();
  private final byte[] content = new byte[300_000];

  HttpSourceBodyTest() {
    new Random(7).nextBytes(content);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void theWholeArrivesWithItsLength() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.whole(content));
        SourceResponse response = fixture.open(server.url("/file"))) {
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.contentLength()).isEqualTo(OptionalLong.of(content.length));
      assertThat(response.acceptsRanges()).isFalse();
      assertThat(response.honoredRange()).isFalse();
      assertThat(SourceFixture.bytes(response)).isEqualTo(content);
    }
  }

  @Test
  void aRangeArrivesAsAskedWithTheLengthOfTheWhole() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.ranged(content));
        SourceResponse response = fixture.open(server.url("/file"), new ByteRange(1000, 5000))) {
      assertThat(server.requests().getFirst().header("range")).contains("bytes=1000-5999");
      assertThat(response.honoredRange()).isTrue();
      assertThat(response.acceptsRanges()).isTrue();
      assertThat(response.contentLength()).isEqualTo(OptionalLong.of(content.length));
      assertThat(response.header()).containsEntry("content-length", "300000");
      assertThat(SourceFixture.bytes(response)).isEqualTo(Arrays.copyOfRange(content, 1000, 6000));
    }
  }

  @Test
  void aRangeBehindTheEndIsCutThere() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.ranged(content));
        SourceResponse response =
            fixture.open(server.url("/"), new ByteRange(content.length - 10, 500))) {
      assertThat(response.honoredRange()).isTrue();
      assertThat(SourceFixture.bytes(response)).hasSize(10);
    }
  }

  @Test
  void aServerThatIgnoresTheRangeIsNoticed() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.whole(content));
        SourceResponse response = fixture.open(server.url("/"), new ByteRange(5, 10))) {
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.honoredRange()).isFalse();
      assertThat(SourceFixture.bytes(response)).isEqualTo(content);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000, 300_000})
  void chunksHaveNoLengthAndArriveWhole(int chunk) throws IOException {
    byte[] some = chunk == 1 ? Arrays.copyOf(content, 50) : content;
    try (ScriptedServer server = new ScriptedServer(Scripts.chunked(some, chunk));
        SourceResponse response = fixture.open(server.url("/"))) {
      assertThat(response.contentLength()).isEmpty();
      assertThat(SourceFixture.bytes(response)).isEqualTo(some);
    }
  }

  @Test
  void aBodyThatEndsWithItsConnectionHasNoLength() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer((request, to) -> to.lines("HTTP/1.0 200 OK", "").send(content));
        SourceResponse response = fixture.open(server.url("/"))) {
      assertThat(response.contentLength()).isEmpty();
      assertThat(SourceFixture.bytes(response)).isEqualTo(content);
    }
  }

  @Test
  void nothingIsAContentToo() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.whole(new byte[0]));
        SourceResponse response = fixture.open(server.url("/"))) {
      assertThat(response.contentLength()).isEqualTo(OptionalLong.of(0));
      assertThat(SourceFixture.bytes(response)).isEmpty();
    }
  }

  @Test
  void aBodyShorterThanAnnouncedFailsAndSaysBothNumbers() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) ->
            to.lines("HTTP/1.1 200 OK", "Content-Length: 1000", "")
                .send(Arrays.copyOf(content, 400)))) {
      DragonflyException failure = fixture.failure(server.url("/short"));
      assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(failure)
          .hasMessageContaining("/short")
          .hasMessageContaining("400")
          .hasMessageContaining("1000");
    }
  }

  @Test
  void aBodyLongerThanAnnouncedIsReadAsFarAsAnnounced() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer((request, to) ->
                to.lines("HTTP/1.1 200 OK", "Content-Length: 100", "")
                    .send(Arrays.copyOf(content, 400)));
        SourceResponse response = fixture.open(server.url("/"))) {
      assertThat(SourceFixture.bytes(response)).isEqualTo(Arrays.copyOf(content, 100));
    }
  }

  @Test
  void chunksWithoutAnEndAreNotTakenForTheWhole() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) ->
            to.lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "5", "hello"))) {
      assertThat(fixture.failure(server.url("/")).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  @Test
  void aChunkThatIsNoneFails() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) ->
            to.lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "zz", "hello", ""))) {
      assertThat(fixture.failure(server.url("/")).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  @Test
  void aResetInTheMiddleFails() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) ->
            to.lines("HTTP/1.1 200 OK", "Content-Length: 1000", "").send(new byte[10]).reset())) {
      assertThat(fixture.failure(server.url("/")).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes 0-99/300",
        "bytes 100-150/300",
        "bytes 100-299/300",
        "bytes */300",
        "items 100-199/300",
        "bytes 100-199/99999999999999999999999",
        ""
      })
  void anAnswerWithAnotherRangeIsRefused(String range) throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) ->
            to.lines(
                    "HTTP/1.1 206 Partial Content",
                    "Content-Range: " + range,
                    "Content-Length: 100",
                    "")
                .send(new byte[100]))) {
      DragonflyException failure =
          fixture.failure(server.url("/r"), Optional.of(new ByteRange(100, 100)));
      assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_FAILED);
      assertThat(failure).hasMessageContaining("206").hasMessageContaining("/r");
    }
  }

  @Test
  void aPartNobodyAskedForIsRefused() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) ->
            to.lines("HTTP/1.1 206 Partial", "Content-Range: bytes 0-0/9", "").send(content))) {
      assertThat(fixture.failure(server.url("/")).code()).isEqualTo(ErrorCode.SOURCE_FAILED);
    }
  }

  @Test
  void compressionIsNeverAskedForEvenIfTheCallerDid() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.whole(content));
        SourceResponse response =
            fixture.open(
                server.url("/"), Map.of("Accept-Encoding", "gzip, br"), Optional.empty())) {
      assertThat(response.status()).isEqualTo(200);
      assertThat(server.requests().getFirst().header("accept-encoding")).contains("identity");
    }
  }

  @Test
  void compressedContentThatNobodyAskedForIsRefused() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            Scripts.status("200 OK", "Content-Encoding: gzip", "Content-Type: text/html"))) {
      DragonflyException failure = fixture.failure(server.url("/"));
      assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_FAILED);
      assertThat(failure).hasMessageContaining("gzip");
    }
  }

  @Test
  void anArchiveThatIsLabelledWithItsOwnCompressionIsTakenAsItIs() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer((request, to) ->
                to.lines(
                        "HTTP/1.1 200 OK",
                        "Content-Encoding: gzip",
                        "Content-Type: application/x-gzip",
                        "Content-Length: 300000",
                        "")
                    .send(content));
        SourceResponse response = fixture.open(server.url("/a.tgz"))) {
      assertThat(SourceFixture.bytes(response)).isEqualTo(content);
    }
  }
}
