package dev.dragonfly.dfdaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

  @Test
  void aTerminalSeesABarThatEndsItsLine() {
    ProgressBar progress = progress(false, true);
    progress.total(4000);
    progress.peers(3000);
    progress.source(500);
    progress.cache(500);
    progress.end();
    assertThat(text())
        .startsWith("\r[==============================] 100%")
        .contains("3.9 KiB of 3.9 KiB")
        .contains("peers 75%")
        .endsWith(System.lineSeparator());
  }

  @Test
  void anUnknownLengthIsAQuestionMark() {
    ProgressBar progress = progress(false, true);
    progress.total(-1);
    progress.source(10);
    progress.end();
    assertThat(text()).contains("10 B of ?").doesNotContain("[=");
  }

  @Test
  void anEmptyContentIsNoDivisionByNothing() {
    ProgressBar progress = progress(false, true);
    progress.total(0);
    progress.end();
    assertThat(text()).contains("0 B of 0 B").contains("peers 0%");
  }

  @Test
  void aLogIsNotFloodedAndQuietIsQuiet() {
    ProgressBar log = progress(false, false);
    ProgressBar quiet = progress(true, true);
    for (int i = 0; i < 1000; i++) {
      log.source(1);
      quiet.source(1);
    }
    log.end();
    quiet.end();
    assertThat(text()).isEmpty();
  }

  @Test
  void bytesAreCountedByWhereTheyCameFrom() {
    ProgressBar progress = progress(true, false);
    progress.peers(1);
    progress.source(2);
    progress.cache(4);
    progress.peers(8);
    assertThat(progress.fromPeers()).isEqualTo(9);
    assertThat(progress.fromSource()).isEqualTo(2);
    assertThat(progress.fromCache()).isEqualTo(4);
  }

  @Test
  void theResultSaysWhereTheBytesCameFrom() {
    DfgetResult result =
        new DfgetResult("t1", "p1", Path.of("/o \"q\""), 2048, 1.25, 1024, 512, 512);
    assertThat(result.toText())
        .isEqualTo(
            "/o \"q\": 2.0 KiB in 1.3 s (1.0 KiB from peers, 512 B from the source, 512 B from the cache)");
    assertThat(result.toJson())
        .isEqualTo(
            "{\"task_id\":\"t1\",\"peer_id\":\"p1\",\"output\":\"/o \\\"q\\\"\",\"bytes\":2048,\"seconds\":1.250,"
                + "\"from_peers\":1024,\"from_source\":512,\"from_cache\":512}");
  }

  private ProgressBar progress(boolean quiet, boolean terminal) {
    return ProgressBar.on(new PrintStream(shown, true, StandardCharsets.UTF_8), quiet, terminal);
  }

  private String text() {
    return shown.toString(StandardCharsets.UTF_8);
  }
}
