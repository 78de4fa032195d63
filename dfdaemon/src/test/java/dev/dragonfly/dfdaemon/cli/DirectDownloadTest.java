package dev.dragonfly.dfdaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.source.ScriptedServer;
import dev.dragonfly.dfdaemon.source.Scripts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class DirectDownloadTest {
  @TempDir Path folder;
  private final byte[] content = new byte[700_000];
  private Path output;

  @BeforeEach
  void start() {
    new Random(8).nextBytes(content);
    output = folder.resolve("out");
  }

  @Test
  void withoutADaemonTheSourceIsReadWithAWarning() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.ranged(content))) {
      Dfget dfget = dfget(server, "-H", "X-Token: t");
      assertThat(dfget.exit()).isZero();
      assertThat(dfget.err()).contains("warning: no daemon answers").contains("from the source");
      assertThat(server.requests().getFirst().header("x-token")).contains("t");
    }
    assertThat(output).hasBinaryContent(content);
    assertOnlyTheOutputIsLeft();
  }

  @Test
  void theResultIsOneLineOfJsonWhereWanted() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.ranged(content))) {
      Dfget dfget = dfget(server, "--json");
      assertThat(dfget.exit()).isZero();
      assertThat(dfget.out().lines())
          .singleElement()
          .asString()
          .startsWith("{\"task_id\":\"\"")
          .contains("\"output\":\"" + output + "\"")
          .contains("\"bytes\":700000,")
          .contains("\"from_source\":700000,\"from_cache\":0}");
    }
  }

  @Test
  void aRangeIsReadAlone() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.ranged(content))) {
      assertThat(dfget(server, "--range", "100-199").exit()).isZero();
      assertThat(output).hasBinaryContent(Arrays.copyOfRange(content, 100, 200));
    }
  }

  @Test
  void theLastBytesOfAContentOfUnknownLengthAreNotTheWhole() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.chunked(content, 4096))) {
      Dfget dfget = dfget(server, "--range", "-50");
      assertThat(dfget.exit()).isEqualTo(14);
      assertThat(dfget.err()).contains("does not tell its length");
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void aSourceThatIgnoresTheRangeIsAFailure() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.whole(content))) {
      Dfget dfget = dfget(server, "--range", "100-199");
      assertThat(dfget.exit()).isEqualTo(14);
      assertThat(dfget.err()).contains("answered 200 (expected 206)");
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void aDigestIsCheckedBeforeTheOutputAppears() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(Scripts.whole("abc".getBytes(StandardCharsets.UTF_8)))) {
      String right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
      assertThat(dfget(server, "--digest", "sha256:" + "0".repeat(64)).exit()).isEqualTo(11);
      assertThat(folder).isEmptyDirectory();
      assertThat(dfget(server, "--digest", "sha256:" + right).exit()).isZero();
      assertThat(output).hasContent("abc");
    }
  }

  @Test
  void anOutputIsReplacedOnlyWhereAskedAndOnlyAtTheEnd() throws IOException {
    Files.writeString(output, "mine");
    try (ScriptedServer server = new ScriptedServer(Scripts.whole(content));
        ScriptedServer broken = new ScriptedServer(Scripts.status("500 Oops"))) {
      assertThat(dfget(server).exit()).isEqualTo(5);
      assertThat(dfget(broken, "--overwrite").exit()).isEqualTo(14);
      assertThat(output).hasContent("mine");
      assertThat(dfget(server, "--overwrite").exit()).isZero();
      assertThat(output).hasBinaryContent(content);
    }
  }

  @ParameterizedTest
  @CsvSource({"404, 12", "410, 12", "401, 13", "403, 13", "500, 14", "503, 14"})
  void theExitCodeSaysWhatTheSourceSaid(int status, int exit) throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.status(status + " Reason"))) {
      Dfget dfget = dfget(server);
      assertThat(dfget.exit()).isEqualTo(exit);
      assertThat(dfget.err()).contains("answered " + status);
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void aBodyThatIsCutLeavesNothingBehind() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) ->
            to.lines("HTTP/1.1 200 OK", "Content-Length: 1000", "").send(new byte[400]))) {
      Dfget dfget = dfget(server);
      assertThat(dfget.exit()).isEqualTo(8);
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void aSourceThatDoesNotAnswerInTimeIsGivenUp() throws IOException {
    try (ScriptedServer server = new ScriptedServer((request, to) -> to.untilHungUp())) {
      assertThat(dfget(server, "--timeout", "1s").exit()).isEqualTo(9);
    }
  }

  @Test
  void aBodyThatTakesTooLongIsGivenUp() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) -> {
          to.lines("HTTP/1.1 200 OK", "Content-Length: 100000", "");
          while (to.pause(100)) {
            to.send(new byte[1]);
          }
        })) {
      Dfget dfget = dfget(server, "--timeout", "1s");
      assertThat(dfget.exit()).isEqualTo(9);
      assertThat(dfget.err()).contains("--timeout");
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void aBodyThatStallsIsGivenUpLongBeforeTheTimeout() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((request, to) ->
            to.lines("HTTP/1.1 200 OK", "Content-Length: 1000", "")
                .send(new byte[10])
                .untilHungUp())) {
      DfgetRequest request =
          new DfgetRequest(
              TaskSpec.ofUrl(server.url("/")),
              output,
              Optional.empty(),
              Duration.ofHours(1),
              0,
              false,
              false,
              false);
      ProgressBar silent =
          ProgressBar.on(new PrintStream(new ByteArrayOutputStream()), true, false);
      DragonflyException failure =
          catchThrowableOfType(
              DragonflyException.class,
              () -> new DirectDownload(Duration.ofMillis(300)).download(request, silent));
      assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
      assertThat(failure).hasMessageContaining("no byte came within");
    }
  }

  @Test
  void credentialsDoNotFollowARedirectToAnotherServer() throws IOException {
    try (ScriptedServer end =
            new ScriptedServer(InetAddress.getByName("127.0.0.2"), Scripts.whole(content));
        ScriptedServer first = new ScriptedServer(Scripts.redirect(end.url("/end")))) {
      assertThat(dfget(first, "-H", "Authorization: Bearer s3cret", "-H", "Cookie: a=b").exit())
          .isZero();
      assertThat(first.requests().getFirst().header("authorization")).contains("Bearer s3cret");
      assertThat(end.requests().getFirst().header()).doesNotContainKeys("authorization", "cookie");
    }
  }

  @Test
  void whoForbidsTheSourceGetsNothingWithoutADaemon() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.whole(content))) {
      Dfget dfget = dfget(server, "--disable-back-to-source");
      assertThat(dfget.exit()).isEqualTo(8);
      assertThat(dfget.err()).contains("no.sock");
      assertThat(server.accepted()).isZero();
    }
  }

  private Dfget dfget(ScriptedServer server, String... more) {
    String[] all = Arrays.copyOf(more, more.length + 4);
    all[more.length] = server.url("/file");
    all[more.length + 1] = "-O";
    all[more.length + 2] = output.toString();
    all[more.length + 3] = "--endpoint=" + folder.resolveSibling("no.sock");
    return Dfget.call(all);
  }

  private void assertOnlyTheOutputIsLeft() {
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(output));
  }
}
