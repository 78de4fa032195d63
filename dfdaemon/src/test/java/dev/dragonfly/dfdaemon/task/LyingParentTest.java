package dev.dragonfly.dfdaemon.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.swarm.FakeParent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a parent can do to a download, and what becomes of it. */
@Timeout(60)
class LyingParentTest {
  @TempDir Path folder;
  private TaskFixture fixture;

  @BeforeEach
  void start() {
    fixture = new TaskFixture(folder);
  }

  @Test
  void poisonThatANamedReaderSignedIsThrownAwayAndTheCallerServedFromTheSource() throws Exception {
    TaskSpec blob = fixture.blob();
    FakeParent evil =
        fixture.parent(1, blob, fixture.otherContent(), Optional.of(fixture.seedSigner)).tellAll();
    RunningDownload download = fixture.run(blob);
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), evil.parent());
    assertThat(scheduler.await(PeerEvent.Failed.class).description()).contains("nothing of it is");
    assertThat(fixture.sessions.next().register.needBackToSource()).isTrue();
    fixture.assertWhole(download);
    assertThat(fixture.reports.wrong)
        .containsExactly(
            new FakeReports.Wrong(download.taskId(), scheduler.peer, List.of(TaskFixture.SEED)));
    assertThat(fixture.reports.awaitGone()).isEqualTo(scheduler.peer);
    assertThat(fixture.source.bytesSent()).isEqualTo(fixture.content.length);
    assertThat(fixture.store.find(download.taskId())).containsSame(download.stored());
  }

  @Test
  void poisonThatNobodySignedIsBlamedOnItsSender() throws Exception {
    TaskSpec blob = fixture.blob();
    FakeParent evil = fixture.parent(1, blob, fixture.otherContent(), Optional.empty()).tellAll();
    RunningDownload download = fixture.run(blob);
    fixture.sessions.next().offer(fixture.facts().withReaderKeys(List.of()), evil.parent());
    fixture.assertWhole(download);
    assertThat(fixture.reports.wrong)
        .extracting(FakeReports.Wrong::blamed)
        .containsExactly(List.of(evil.parent().host().id()));
  }

  @Test
  void aSourceThatDoesNotHaveTheBlobEitherEndsItButNotForEver() throws Exception {
    TaskSpec blob = fixture.blob();
    fixture.source.content = fixture.otherContent();
    FakeParent evil =
        fixture.parent(1, blob, fixture.otherContent(), Optional.of(fixture.seedSigner)).tellAll();
    RunningDownload download = fixture.run(blob);
    fixture.sessions.next().offer(fixture.facts(), evil.parent());
    assertThat(TaskFixture.failure(download).code()).isEqualTo(ErrorCode.DIGEST_MISMATCH);
    assertThat(fixture.store.find(download.taskId())).isEmpty();
    fixture.sessions.next();

    fixture.source.content = fixture.content;
    RunningDownload later = fixture.run(blob);
    fixture.sessions.next().sendToSource();
    fixture.assertWhole(later);
  }

  @Test
  void whoForbidsTheSourceIsNotGivenPoison() throws Exception {
    TaskSpec blob = fixture.blob();
    FakeParent evil =
        fixture.parent(1, blob, fixture.otherContent(), Optional.of(fixture.seedSigner)).tellAll();
    RunningDownload download =
        fixture.runner.run(
            new DownloadRequest(blob, Optional.empty(), false, true, 0, Optional.empty()));
    fixture.sessions.next().offer(fixture.facts(), evil.parent());
    assertThat(TaskFixture.failure(download).code()).isEqualTo(ErrorCode.DIGEST_MISMATCH);
    assertThat(fixture.source.requests()).isEmpty();
    assertThat(fixture.store.find(download.taskId())).isEmpty();
  }

  @Test
  void aLengthThatAParentInventsIsForgottenWhenTheSchedulerSpeaks() throws Exception {
    FakeParent liar = fixture.parent(1);
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(TaskFacts.NONE, liar.parent());
    scheduler.await(PeerEvent.Started.class);
    liar.tellFacts(
        new TaskFacts(
            OptionalLong.of(17),
            OptionalLong.of(4 << 20),
            Map.of("etag", "lie"),
            Optional.empty(),
            List.of()));
    scheduler.offer(fixture.facts(), fixture.parent(2).tellAll().parent());
    fixture.assertWhole(download);
    assertThat(fixture.source.requests()).isEmpty();
  }

  @Test
  void aParentOfAnotherVersionIsLeftWithoutBlame() throws Exception {
    FakeParent old = fixture.parent(1).ofVersion(SourceVersion.NONE);
    FakeParent fresh = fixture.parent(2).tellAll();
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    TaskFacts facts = fixture.facts().withVersion(fixture.source.version());
    scheduler.offer(facts, old.tellAll().parent(), fresh.parent());
    fixture.assertWhole(download);
    assertThat(old.asked()).isEmpty();
    assertThat(scheduler.events).noneMatch(PeerEvent.PieceFailed.class::isInstance);
  }

  @Test
  void halvesOfTwoVersionsNeverMakeAWhole() throws Exception {
    byte[] before = fixture.otherContent();
    FakeParent old =
        fixture
            .parent(1, fixture.spec, before, Optional.of(fixture.seedSigner))
            .ofVersion(SourceVersion.NONE)
            .tell(0)
            .tell(1);
    FakeParent fresh = fixture.parent(2).tell(2).tell(3);
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), old.parent());
    scheduler.await(PeerEvent.PieceFinished.class);
    scheduler.await(PeerEvent.PieceFinished.class);
    scheduler.offer(fixture.facts(), old.parent(), fresh.parent());
    scheduler.sendToSource();
    fixture.assertWhole(download);
    assertThat(fresh.asked()).isEmpty();
    assertThat(fixture.reports.wrong).isEmpty();
  }

  @Test
  void aHalfThatNobodyCompletesIsNotWaitedWithWhenTheSchedulerKnowsAnotherContent()
      throws Exception {
    FakeParent old =
        fixture
            .parent(1, fixture.spec, fixture.otherContent(), Optional.of(fixture.seedSigner))
            .ofVersion(SourceVersion.NONE)
            .tell(0);
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), old.parent());
    scheduler.await(PeerEvent.PieceFinished.class);
    FakeParent fresh = fixture.parent(2).tellAll();
    scheduler.offer(fixture.facts().withVersion(fixture.source.version()), fresh.parent());
    old.end(null);
    fixture.assertWhole(download);
    assertThat(fixture.time.nanos()).as("it did not wait").isZero();
  }

  @Test
  void aParentWhoseRunsContradictThoseThatAreKeptIsBlamed() throws Exception {
    FakeParent honest = fixture.parent(1).tellAll().holding();
    FakeParent liar =
        fixture.parent(2, fixture.spec, fixture.otherContent(), Optional.of(fixture.seedSigner));
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), honest.parent());
    honest.awaitAsked(4);
    scheduler.offer(fixture.facts(), liar.tell(1).parent());
    PeerEvent.PieceFailed blamed = scheduler.await(PeerEvent.PieceFailed.class);
    assertThat(blamed.parentId()).isEqualTo(liar.parent().peerId());
    assertThat(blamed.failure()).isEqualTo(PieceFailure.CORRUPT);
    honest.release();
    fixture.assertWhole(download);
  }
}
