package dev.dragonfly.dfdaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dfget against a daemon that answers what the test says, over each wire. */
@Timeout(60)
abstract class DaemonClientContract {
  @TempDir Path folder;
  final FakeDaemon daemon = new FakeDaemon();
  AutoCloseable server = () -> {};
  private Path output;

  @BeforeEach
  void start() throws Exception {
    output = folder.resolve("out");
    server = serve(folder.resolve("d.sock"));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  /** Serves the daemon at this socket or beside it. */
  abstract AutoCloseable serve(Path socket) throws Exception;

  @Test
  void theDaemonWritesTheOutputAndDfgetReportsWhereBytesCameFrom() throws Exception {
    Dfget dfget = dfget("--json");
    assertThat(dfget.exit()).isZero();
    assertThat(dfget.err()).isEmpty();
    assertThat(dfget.out())
        .startsWith("{\"task_id\":\"task-1\",\"peer_id\":\"peer-1\"")
        .contains("\"bytes\":7,")
        .contains("\"from_peers\":4,\"from_source\":2,\"from_cache\":1}");
    assertThat(output).hasContent("content");
  }

  @Test
  void everyOptionReachesTheDaemon() throws Exception {
    dfget(
        "--tag=t",
        "--application=a",
        "-H",
        "X-One: 1",
        "--digest=sha256:" + "0".repeat(64),
        "--priority=2",
        "--timeout=77s",
        "--range=10-19",
        "--piece-length=4MiB",
        "--overwrite",
        "--force-hard-link",
        "--disable-back-to-source");
    Download download = daemon.requests.take();
    assertThat(download.getUrl()).isEqualTo("http://origin.test/file");
    assertThat(download.getOutputPath()).isEqualTo(output.toString());
    assertThat(download.getTag()).isEqualTo("t");
    assertThat(download.getApplication()).isEqualTo("a");
    assertThat(download.getRequestHeaderMap()).containsEntry("X-One", "1").hasSize(1);
    assertThat(download.getDigest()).isEqualTo("sha256:" + "0".repeat(64));
    assertThat(download.getPriorityValue()).isEqualTo(2);
    assertThat(download.getTimeout().getSeconds()).isEqualTo(77);
    assertThat(download.getRange().getStart()).isEqualTo(10);
    assertThat(download.getRange().getLength()).isEqualTo(10);
    assertThat(download.getPieceLength()).isEqualTo(4 << 20);
    assertThat(download.getOverwrite()).isTrue();
    assertThat(download.getForceHardLink()).isTrue();
    assertThat(download.getDisableBackToSource()).isTrue();
  }

  @Test
  void openRangesGoAsAHeader() throws Exception {
    dfget("--range=-50");
    assertThat(daemon.requests.take().getRequestHeaderMap()).containsEntry("Range", "bytes=-50");
  }

  @Test
  void whatTheDaemonSaysIsWhatDfgetSays() {
    daemon.failure =
        Optional.of(new DragonflyException(ErrorCode.DIGEST_MISMATCH, "content is other"));
    Dfget dfget = dfget();
    assertThat(dfget.exit()).isEqualTo(ErrorCode.DIGEST_MISMATCH.exitCode());
    assertThat(dfget.err()).contains("content is other").doesNotContain("warning");
    assertThat(output).doesNotExist();
  }

  @Test
  void aDaemonThatDoesNotSeeOurFilesIsNoticed() {
    daemon.writes = false;
    Dfget dfget = dfget();
    assertThat(dfget.exit()).isEqualTo(1);
    assertThat(dfget.err()).contains(output.toString()).contains("same files");
  }

  @Test
  void aDaemonThatHangsIsGivenUpAfterTheTimeout() {
    daemon.hangs = true;
    assertThat(dfget("--timeout=1s").exit()).isEqualTo(9);
  }

  Dfget dfget(String... more) {
    String[] all = Arrays.copyOf(more, more.length + 4);
    all[more.length] = "http://origin.test/file";
    all[more.length + 1] = "-O";
    all[more.length + 2] = output.toString();
    all[more.length + 3] = "--endpoint=" + folder.resolve("d.sock");
    return Dfget.call(all);
  }
}
