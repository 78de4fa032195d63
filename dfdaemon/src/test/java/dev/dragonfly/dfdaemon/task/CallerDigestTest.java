package dev.dragonfly.dfdaemon.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.swarm.FakeParent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A digest that a caller names for a plain URL: his wish, which decides for him alone. */
@Timeout(60)
class CallerDigestTest {
  private static final Digest WRONG = Digest.parse("sha256:" + "0".repeat(64));

  @TempDir Path folder;
  private TaskFixture fixture;

  @BeforeEach
  void start() {
    fixture = new TaskFixture(folder);
  }

  @Test
  void theFirstInAColdClusterIsWrongAndEverybodyElseIsRight() throws Exception {
    RunningDownload wrong = fixture.run(expecting(WRONG));
    fixture.sessions.next().sendToSource();
    assertMismatch(wrong);
    fixture.assertWhole(fixture.run());
    fixture.assertWhole(fixture.run(expecting(TaskFixture.sha256(fixture.content))));
    assertMismatch(fixture.run(expecting(WRONG)));
    assertThat(fixture.source.bytesSent())
        .as("this host read it itself a moment ago: the source has spoken")
        .isEqualTo(fixture.content.length);
    assertNobodyBlamed();
  }

  @Test
  void contentOfOthersIsComparedWithTheSourceOnceForAllWhoDoubt() throws Exception {
    downloadFromParent(fixture.content);
    StoredTask held = fixture.store.find(fixture.id).orElseThrow();
    fixture.source.hold();
    RunningDownload one = fixture.run(expecting(WRONG));
    RunningDownload two = fixture.run(expecting(WRONG));
    fixture.source.release();
    assertMismatch(one);
    assertMismatch(two);
    assertMismatch(fixture.run(expecting(WRONG)));
    assertThat(fixture.source.bytesSent()).isEqualTo(fixture.content.length);
    assertThat(fixture.store.find(fixture.id)).containsSame(held);
    assertNobodyBlamed();
  }

  @Test
  void afterAMinuteTheSourceIsAskedAgain() throws Exception {
    downloadFromParent(fixture.content);
    assertMismatch(fixture.run(expecting(WRONG)));
    fixture.time.advance(Duration.ofMinutes(1));
    assertMismatch(fixture.run(expecting(WRONG)));
    assertThat(fixture.source.bytesSent()).isEqualTo(2L * fixture.content.length);
  }

  @Test
  void aCallerWhoKnowsBetterThanTheClusterGetsTheRightBytes() throws Exception {
    downloadFromParent(fixture.otherContent());
    RunningDownload download = fixture.run(expecting(TaskFixture.sha256(fixture.content)));
    fixture.assertWhole(download);
    assertThat(fixture.store.find(fixture.id)).containsSame(download.stored());
    assertThat(fixture.reports.wrong)
        .extracting(FakeReports.Wrong::blamed)
        .containsExactly(List.of(TaskFixture.SEED));
  }

  @Test
  void aSourceThatGivesAThirdThingHasChanged() throws Exception {
    downloadFromParent(fixture.otherContent());
    RunningDownload download = fixture.run(expecting(WRONG));
    DragonflyException failure = assertMismatch(download);
    assertThat(failure).hasMessageContaining(TaskFixture.sha256(fixture.content).toString());
    fixture.assertWhole(fixture.run());
    assertNobodyBlamed();
  }

  @Test
  void aSourceThatCannotBeAskedLeavesEverythingAsItIs() throws Exception {
    downloadFromParent(fixture.content);
    fixture.source.failAlways(ErrorCode.SOURCE_NOT_FOUND, "source x answered 404");
    assertThat(assertMismatch(fixture.run(expecting(WRONG)))).hasMessageContaining("answered 404");
    fixture.assertWhole(fixture.run());
    assertNobodyBlamed();
  }

  @Test
  void aBlobNeedsNoSourceToKnowThatItsCallerIsWrong() throws Exception {
    TaskSpec blob = fixture.blob();
    RunningDownload right = fixture.run(blob);
    fixture.sessions.next().sendToSource();
    fixture.assertWhole(right);
    Digest wrong = Digest.parse("sha512:" + "0".repeat(128));
    assertMismatch(fixture.run(expecting(blob, wrong)));
    assertThat(fixture.source.bytesSent()).isEqualTo(fixture.content.length);
  }

  private void downloadFromParent(byte[] content) throws Exception {
    FakeParent parent =
        fixture.parent(1, fixture.spec, content, Optional.of(fixture.seedSigner)).tellAll();
    RunningDownload download = fixture.run();
    fixture.sessions.next().offer(fixture.facts(), parent.parent());
    download.done().get(20, java.util.concurrent.TimeUnit.SECONDS);
  }

  private TaskSpec expecting(Digest digest) {
    return TaskFixture.spec(Optional.of(digest));
  }

  private static TaskSpec expecting(TaskSpec task, Digest digest) {
    return new TaskSpec(
        task.kind(),
        task.url(),
        Optional.of(digest),
        task.tag(),
        task.application(),
        task.filteredQueryParams(),
        task.requestHeader(),
        task.pieceLength(),
        task.contentForId(),
        task.idFromBlobDigest());
  }

  private static DragonflyException assertMismatch(RunningDownload download) {
    DragonflyException failure = TaskFixture.failure(download);
    assertThat(failure.code()).isEqualTo(ErrorCode.DIGEST_MISMATCH);
    return failure;
  }

  private void assertNobodyBlamed() {
    assertThat(fixture.reports.wrong).isEmpty();
  }
}
