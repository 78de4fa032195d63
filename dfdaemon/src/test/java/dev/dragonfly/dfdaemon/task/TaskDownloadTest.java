package dev.dragonfly.dfdaemon.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.swarm.FakeParent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TaskDownloadTest {
  @TempDir Path folder;
  private TaskFixture fixture;

  @BeforeEach
  void start() {
    fixture = new TaskFixture(folder);
  }

  @Test
  void withoutASchedulerTheSourceIsReadAfterTwoSeconds() throws Exception {
    RunningDownload download = fixture.run();
    fixture.sessions.next().lose();
    assertThat(fixture.source.requests()).isEmpty();
    fixture.advanceUntil(() -> !fixture.source.requests().isEmpty(), Duration.ofMillis(100));
    assertThat(fixture.time.now()).isAfterOrEqualTo(Instant.EPOCH.plusSeconds(2));
    fixture.assertWhole(download);
  }

  @Test
  void theSchedulerSendsItToTheSource() throws Exception {
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    assertThat(scheduler.register.spec()).isEqualTo(fixture.spec);
    assertThat(scheduler.register.held().count()).isZero();
    scheduler.sendToSource();
    fixture.assertWhole(download);
    assertThat(scheduler.await(PeerEvent.BackToSourceStarted.class).facts().contentLength())
        .isEqualTo(OptionalLong.of(fixture.content.length));
    TaskFacts end = scheduler.await(PeerEvent.BackToSourceFinished.class).facts();
    assertThat(end.readerKeys()).hasSize(1);
    assertThat(scheduler.events)
        .filteredOn(PeerEvent.PieceFinished.class::isInstance)
        .extracting(event -> ((PeerEvent.PieceFinished) event).piece().traffic())
        .containsOnly(Piece.Traffic.BACK_TO_SOURCE)
        .hasSize(4);
    assertThat(fixture.source.bytesSent()).isEqualTo(fixture.content.length);
    assertThat(fixture.source.requests().getFirst().header())
        .containsEntry("Authorization", "Bearer s3cret");
    assertThat(scheduler.awaitClosed()).isTrue();
  }

  @Test
  void whoIsToReadTheSourceDoesNotWaitUntilTheSchedulerSaysSo() throws Exception {
    RunningDownload download = fixture.runFromSource();
    fixture.assertWhole(download);
    FakeSessions.Conversation silent = fixture.sessions.next();
    assertThat(silent.register.needBackToSource()).isTrue();
    silent.await(PeerEvent.BackToSourceStarted.class);
    silent.await(PeerEvent.BackToSourceFinished.class);
    assertThat(fixture.source.bytesSent()).isEqualTo(fixture.content.length);
  }

  @Test
  void everythingComesFromParentsAndTheSourceIsLeftAlone() throws Exception {
    FakeParent one = fixture.parent(1).tell(0).tell(1);
    FakeParent two = fixture.parent(2).tell(2).tell(3);
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), one.parent(), two.parent());
    fixture.assertWhole(download);
    scheduler.await(PeerEvent.Started.class);
    scheduler.await(PeerEvent.Finished.class);
    assertThat(scheduler.awaitClosed()).isTrue();
    assertThat(fixture.source.requests()).isEmpty();
    assertThat(one.asked()).containsExactlyInAnyOrder(0, 1);
    assertThat(two.asked()).containsExactlyInAnyOrder(2, 3);
    assertThat(one.wasLeft() && two.wasLeft()).isTrue();
  }

  @Test
  void aParentThatSendsWrongBytesIsReportedAndAnotherIsAsked() throws Exception {
    FakeParent liar = fixture.parent(1).corrupting(2).tell(2);
    FakeParent honest = fixture.parent(2).tell(0).tell(1).tell(3);
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), liar.parent(), honest.parent());
    PeerEvent.PieceFailed failed = scheduler.await(PeerEvent.PieceFailed.class);
    assertThat(failed.failure()).isEqualTo(PieceFailure.CORRUPT);
    assertThat(failed.parentId()).isEqualTo(liar.parent().peerId());
    assertThat(failed.number()).hasValue(2);
    honest.tell(2);
    fixture.assertWhole(download);
    assertThat(liar.wasLeft()).isTrue();
    assertThat(fixture.source.requests()).isEmpty();
  }

  @Test
  void whenAllParentsFailTheSchedulerIsAskedForOthersAndToldWhoFailed() throws Exception {
    FakeParent broken = fixture.parent(1).refusing(ErrorCode.UNAVAILABLE).tellAll();
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), broken.parent());
    PeerEvent.Reschedule again = scheduler.await(PeerEvent.Reschedule.class);
    assertThat(again.failed()).containsExactly(broken.parent().peerId());
    scheduler.offer(fixture.facts(), fixture.parent(2).tellAll().parent());
    fixture.assertWhole(download);
    assertThat(fixture.source.requests()).isEmpty();
  }

  @Test
  void parentsThatStallAreReplacedAfterFiveSeconds() throws Exception {
    FakeParent stalled = fixture.parent(1).holding().tellAll();
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), stalled.parent());
    stalled.awaitAsked(4);
    fixture.time.advance(Duration.ofSeconds(5));
    scheduler.await(PeerEvent.Reschedule.class);
    FakeParent other = fixture.parent(2).tellAll();
    scheduler.offer(fixture.facts(), other.parent());
    fixture.assertWhole(download);
    assertThat(other.asked()).contains(0, 1, 2, 3);
    stalled.release();
  }

  @Test
  void parentsThatStallForHalfAMinuteAreGivenUpForTheSource() throws Exception {
    FakeParent silent = fixture.parent(1);
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), silent.parent());
    scheduler.await(PeerEvent.Started.class);
    fixture.time.advance(Duration.ofSeconds(30));
    scheduler.await(PeerEvent.BackToSourceStarted.class);
    fixture.assertWhole(download);
  }

  @Test
  void aSourceThatFailsIsReportedWithItsOwnWords() throws Exception {
    fixture.source.failAlways(ErrorCode.SOURCE_NOT_FOUND, "source x answered 404");
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.sendToSource();
    DragonflyException failure = TaskFixture.failure(download);
    assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
    assertThat(failure).hasMessageContaining("answered 404");
    assertThat(scheduler.await(PeerEvent.BackToSourceFailed.class).description())
        .contains("answered 404");
    assertThat(fixture.source.requests()).hasSize(1);
  }

  @Test
  void whoForbidsTheSourceIsToldThatNobodyElseHasIt() throws Exception {
    RunningDownload download = fixture.run(Duration.ofHours(1), true);
    fixture.sessions.next().sendToSource();
    DragonflyException failure = TaskFixture.failure(download);
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failure).hasMessageContaining(fixture.id.value());
    assertThat(fixture.source.requests()).isEmpty();
  }

  @Test
  void anEmptyTaskIsDoneAtOnce() throws Exception {
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.decide(new ScheduleDecision.EmptyTask(TaskFacts.NONE));
    download.done().get(10, TimeUnit.SECONDS);
    assertThat(download.stored().facts().isEmptyContent()).isTrue();
    scheduler.await(PeerEvent.Finished.class);
  }

  @Test
  void aDownloadThatTakesTooLongEnds() throws Exception {
    RunningDownload download = fixture.run(Duration.ofSeconds(10), false);
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), fixture.parent(1).parent());
    scheduler.await(PeerEvent.Started.class);
    fixture.time.advance(Duration.ofMillis(10_001));
    assertThat(TaskFixture.failure(download).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    scheduler.await(PeerEvent.Failed.class);
  }

  @Test
  void aSourceThatChangesWhileItIsReadIsReadOnceMoreFromTheStart() throws Exception {
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.onSend =
        event -> {
          if (event instanceof PeerEvent.BackToSourceStarted) {
            fixture.source.etag = "\"2\"";
          }
        };
    scheduler.sendToSource();
    fixture.assertWhole(download);
    FakeSessions.Conversation again = fixture.sessions.next();
    assertThat(again.register.needBackToSource()).isTrue();
    assertThat(again.await(PeerEvent.BackToSourceFinished.class).facts().version())
        .contains(fixture.source.version());
    assertThat(fixture.store.find(fixture.id)).containsSame(download.stored());
  }

  @Test
  void aSourceThatIsOfAnotherVersionThanWhatIsHeldTakesItsPlace() throws Exception {
    FakeParent old = fixture.parent(1).ofVersion(SourceVersion.NONE).tell(0);
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), old.parent());
    scheduler.await(PeerEvent.PieceFinished.class);
    old.end(null);
    scheduler.await(PeerEvent.Reschedule.class);
    scheduler.sendToSource();
    fixture.assertWhole(download);
    assertThat(fixture.source.bytesSent()).isEqualTo(fixture.content.length);
    assertThat(fixture.reports.wrong).isEmpty();
  }

  @Test
  void parentsThatAreBusyAreWaitedForAndNothingIsHeldAgainstThem() throws Exception {
    FakeParent parent = fixture.parent(1).busyFor(8).tellAll();
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), parent.parent());
    fixture.advanceUntil(download.done()::isDone, Duration.ofMillis(50));
    fixture.assertWhole(download);
    assertThat(scheduler.events)
        .noneMatch(TaskDownloadTest::isFailure)
        .noneMatch(PeerEvent.Reschedule.class::isInstance);
    assertThat(fixture.source.requests()).isEmpty();
  }

  @Test
  void parentsThatAreBusyForHalfAMinuteAreGivenUpForTheSource() throws Exception {
    FakeParent parent = fixture.parent(1).busyFor(Integer.MAX_VALUE).tellAll();
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), parent.parent());
    fixture.advanceUntil(download.done()::isDone, Duration.ofMillis(500));
    assertThat(fixture.time.now()).isAfterOrEqualTo(Instant.EPOCH.plusSeconds(30));
    assertThat(scheduler.events).noneMatch(TaskDownloadTest::isFailure);
    fixture.assertWhole(download);
  }

  @Test
  void aParentThatSendsAByteNowAndThenDoesNotHoldTheDownloadUp() throws Exception {
    FakeParent drip = fixture.parent(1).trickling().tellAll();
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), drip.parent());
    drip.awaitAsked(4);
    scheduler.onSend =
        event -> {
          if (event instanceof PeerEvent.Reschedule) {
            scheduler.sendToSource();
          }
        };
    fixture.advanceUntil(download.done()::isDone, Duration.ofMillis(100));
    assertThat(fixture.time.now()).isBefore(Instant.EPOCH.plusSeconds(15));
    fixture.assertWhole(download);
    assertThat(scheduler.events)
        .filteredOn(PeerEvent.Reschedule.class::isInstance)
        .hasSizeLessThanOrEqualTo(2);
    assertThat(scheduler.events)
        .filteredOn(PeerEvent.BackToSourceStarted.class::isInstance)
        .hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void aSourceThatFailsForGoodEndsItWhenParentsOnlyHopeForEachOther() throws Exception {
    fixture.source.failAlways(ErrorCode.SOURCE_NOT_FOUND, "source x answered 404");
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), fixture.parent(1).parent());
    scheduler.sendToSource();
    fixture.advanceUntil(download.done()::isDone, Duration.ofMillis(100));
    assertThat(TaskFixture.failure(download).code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
    assertThat(fixture.time.now()).isBefore(Instant.EPOCH.plusSeconds(15));
    assertThat(fixture.source.requests()).hasSizeLessThan(5);
    assertThat(scheduler.events)
        .noneMatch(PeerEvent.BackToSourceStarted.class::isInstance)
        .hasSizeLessThan(20);
  }

  @Test
  void aDownloadThatFailsWithNothingLeavesNothingBehind() throws Exception {
    fixture.source.failAlways(ErrorCode.SOURCE_NOT_FOUND, "source x answered 404");
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.sendToSource();
    TaskFixture.failure(download);
    assertThat(fixture.reports.awaitGone()).isEqualTo(scheduler.peer);
    fixture.advanceUntil(() -> fixture.store.find(fixture.id).isEmpty(), Duration.ZERO);
    assertThat(fixture.time.pendingTimers()).isZero();
  }

  @Test
  void whatACallerBelievesOfTheContentIsNotTold() throws Exception {
    Digest wish = Digest.parse("sha256:" + "0".repeat(64));
    RunningDownload download =
        fixture.runner.run(TaskFixture.whole(TaskFixture.spec(Optional.of(wish))));
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    assertThat(scheduler.register.spec().digest()).isEmpty();
    scheduler.sendToSource();
    assertThat(scheduler.await(PeerEvent.BackToSourceFinished.class).facts().digest()).isEmpty();
    assertThat(TaskFixture.failure(download).code()).isEqualTo(ErrorCode.DIGEST_MISMATCH);
  }

  /** A parent is reported for what it did; that it is busy only tells of load. */
  private static boolean isFailure(PeerEvent event) {
    return event instanceof PeerEvent.PieceFailed failed && failed.failure() != PieceFailure.BUSY;
  }
}
