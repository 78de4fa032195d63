package dev.dragonfly.dfdaemon.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import dev.dragonfly.dfdaemon.swarm.FakeParent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SingleFlightTaskRunnerTest {
  @TempDir Path folder;
  private TaskFixture fixture;

  @BeforeEach
  void start() {
    fixture = new TaskFixture(folder);
  }

  @Test
  void twoReadersShareOneDownload() throws Exception {
    fixture.source.hold();
    RunningDownload one = fixture.run();
    RunningDownload two = fixture.run();
    fixture.sessions.next().sendToSource();
    fixture.source.release();
    fixture.assertWhole(one);
    fixture.assertWhole(two);
    assertThat(two.peerId()).isEqualTo(one.peerId());
    assertThat(fixture.sessions.count()).isEqualTo(1);
    assertThat(fixture.source.bytesSent()).isEqualTo(fixture.content.length);
  }

  @Test
  void aReaderThatLeavesDoesNotEndTheDownloadOfTheOthers() throws Exception {
    fixture.source.hold();
    RunningDownload one = fixture.run();
    RunningDownload two = fixture.run();
    fixture.sessions.next().sendToSource();
    one.close();
    fixture.source.release();
    fixture.assertWhole(two);
  }

  @Test
  void whoLeavesIsNotKeptWaitingAndNoLongerListens() throws Exception {
    fixture.source.hold();
    RunningDownload one = fixture.run();
    MemoryTask task = (MemoryTask) one.stored();
    int listeners = task.listenerCount();
    RunningDownload two = fixture.run();
    two.close();
    assertThat(TaskFixture.failure(two).code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(task.listenerCount()).isEqualTo(listeners);
    assertThat(one.done()).isNotDone();
    one.close();
  }

  @Test
  void theImpatienceOfOneCallerDoesNotEndTheDownloadOfTheOthers() throws Exception {
    fixture.source.hold();
    RunningDownload impatient = fixture.run(Duration.ofSeconds(10), false);
    RunningDownload patient = fixture.run();
    fixture.sessions.next().sendToSource();
    fixture.time.advance(Duration.ofSeconds(11));
    DragonflyException failure = TaskFixture.failure(impatient);
    assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    assertThat(failure).hasMessageContaining(fixture.id.value());
    fixture.source.release();
    fixture.assertWhole(patient);
    assertThat(fixture.time.pendingTimers()).isZero();
  }

  @Test
  void aCallerWhoForbidsTheSourceDoesNotForbidItToOthers() throws Exception {
    RunningDownload strict = fixture.run(Duration.ofHours(1), true);
    RunningDownload other = fixture.run();
    fixture.sessions.next().sendToSource();
    fixture.assertWhole(other);
    fixture.assertWhole(strict);
    assertThat(fixture.time.pendingTimers()).isZero();
  }

  @Test
  void whenAllReadersHaveLeftTheDownloadEnds() throws Exception {
    fixture.source.hold();
    RunningDownload one = fixture.run();
    RunningDownload two = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.sendToSource();
    one.close();
    two.close();
    assertThat(scheduler.awaitEnd().toString()).contains("Failed").contains("given up");
    assertThat(scheduler.awaitClosed()).isTrue();
  }

  @Test
  void whoComesWhenTheOthersHaveJustLeftGetsADownloadOfHisOwn() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    CountDownLatch joined = new CountDownLatch(1);
    RunningDownload abandoned = fixture.run();
    fixture.sessions.next().onSend =
        event -> {
          left.countDown();
          awaitQuietly(joined);
        };
    abandoned.close();
    assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
    RunningDownload next = fixture.run();
    joined.countDown();
    fixture.sessions.next().sendToSource();
    fixture.assertWhole(next);
  }

  @Test
  void aFailureIsToldToAllWhoWait() throws Exception {
    fixture.source.failAlways(ErrorCode.SOURCE_FORBIDDEN, "source x answered 403");
    RunningDownload one = fixture.run();
    RunningDownload two = fixture.run(new ByteRange(0, 10));
    fixture.sessions.next().sendToSource();
    for (RunningDownload each : new RunningDownload[] {one, two}) {
      assertThat(TaskFixture.failure(each).code()).isEqualTo(ErrorCode.SOURCE_FORBIDDEN);
    }
  }

  @Test
  void afterAFailureTheNextDownloadBeginsAnewWithWhatIsThere() throws Exception {
    fixture.source.failNext(ErrorCode.SOURCE_FORBIDDEN, "source x answered 403");
    RunningDownload failed = fixture.run();
    fixture.sessions.next().sendToSource();
    TaskFixture.failure(failed);
    RunningDownload next = fixture.run();
    fixture.sessions.next().sendToSource();
    fixture.assertWhole(next);
    assertThat(next.peerId()).isNotEqualTo(failed.peerId());
  }

  @Test
  void whatIsOnTheDiskNeedsNobody() throws Exception {
    RunningDownload first = fixture.run();
    fixture.sessions.next().sendToSource();
    fixture.assertWhole(first);
    RunningDownload second = fixture.run();
    assertThat(second.done()).isCompleted();
    assertThat(second.peerId()).isEqualTo(first.peerId());
    assertThat(fixture.sessions.count()).isEqualTo(1);
  }

  @Test
  void aTriggeredSeedThatHasEverythingSaysSo() throws Exception {
    RunningDownload first = fixture.run();
    fixture.sessions.next().sendToSource();
    fixture.assertWhole(first);
    DownloadRequest trigger =
        new DownloadRequest(fixture.spec, Optional.empty(), true, false, 0, Optional.empty());
    assertThat(fixture.runner.run(trigger).done()).isCompleted();
    FakeSessions.Conversation announcement = fixture.sessions.next();
    assertThat(announcement.register.metadataOnly()).isTrue();
    assertThat(announcement.register.held().count()).isEqualTo(4);
    announcement.decide(new ScheduleDecision.MetadataOnly(TaskFacts.NONE));
    announcement.await(PeerEvent.Finished.class);
    assertThat(announcement.awaitClosed()).isTrue();
  }

  @Test
  void whoWantsARangeIsDoneWhenItIsThereAndNoMoreIsFetched() throws Exception {
    FakeParent parent = fixture.parent(1).tellAll();
    RunningDownload download = fixture.run(new ByteRange(TaskFixture.PIECE + 5, 10));
    fixture.sessions.next().offer(fixture.facts(), parent.parent());
    download.done().get(20, TimeUnit.SECONDS);
    assertThat(TaskFixture.bytes(download, TaskFixture.PIECE + 5, 10))
        .isEqualTo(
            Arrays.copyOfRange(fixture.content, TaskFixture.PIECE + 5, TaskFixture.PIECE + 15));
    assertThat(parent.asked()).containsExactly(1);
  }

  @Test
  void whoWantsMoreWidensTheRunningDownload() throws Exception {
    FakeParent parent = fixture.parent(1).holding().tellAll();
    RunningDownload part = fixture.run(new ByteRange(0, 10));
    RunningDownload whole = fixture.run();
    fixture.sessions.next().offer(fixture.facts(), parent.parent());
    parent.release();
    part.done().get(20, TimeUnit.SECONDS);
    fixture.assertWhole(whole);
    assertThat(fixture.sessions.count()).isEqualTo(1);
  }

  @Test
  void whoWantsMoreWhenTheRangeIsJustDoneStillGetsEverything() throws Exception {
    FakeParent parent = fixture.parent(1).tellAll();
    CompletableFuture<RunningDownload> late = new CompletableFuture<>();
    RunningDownload part = fixture.run(new ByteRange(0, 10));
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.onSend =
        event -> {
          if (event instanceof PeerEvent.Finished) {
            late.complete(fixture.run());
          }
        };
    scheduler.offer(fixture.facts(), parent.parent());
    part.done().get(20, TimeUnit.SECONDS);
    RunningDownload whole = late.get(20, TimeUnit.SECONDS);
    fixture.sessions.next().offer(fixture.facts(), parent.parent());
    fixture.assertWhole(whole);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aDigestOfACallersOwnIsCheckedForHimAlone() throws Exception {
    Digest wrong = Digest.parse("sha256:" + "0".repeat(64));
    fixture.source.hold();
    RunningDownload trusting = fixture.run();
    RunningDownload strict =
        fixture.runner.run(TaskFixture.whole(TaskFixture.spec(Optional.of(wrong))));
    assertThat(strict.taskId()).isEqualTo(trusting.taskId());
    fixture.sessions.next().sendToSource();
    fixture.source.release();
    fixture.assertWhole(trusting);
    DragonflyException failure = TaskFixture.failure(strict);
    assertThat(failure.code()).isEqualTo(ErrorCode.DIGEST_MISMATCH);
    assertThat(failure).hasMessageContaining(wrong.toString());
    assertThat(fixture.store.find(fixture.id)).isPresent();
  }

  @Test
  void oneCallersBadTokenIsNotTheOthersMisfortune() throws Exception {
    fixture.source.refuse("Bearer bad");
    RunningDownload bad = fixture.run(as("Bearer bad"));
    RunningDownload good = fixture.run(as("Bearer good"));
    fixture.sessions.next().sendToSource();
    fixture.assertWhole(good);
    assertThat(TaskFixture.failure(bad).code()).isEqualTo(ErrorCode.SOURCE_UNAUTHORIZED);
    assertThat(fixture.source.requests())
        .filteredOn(request -> request.header().containsValue("Bearer bad"))
        .as("who was refused is not tried again")
        .hasSize(1);
  }

  @Test
  void whoComesWithAGoodTokenSavesADownloadThatWasRefused() throws Exception {
    fixture.source.refuse("Bearer bad");
    FakeParent hope = fixture.parent(1);
    RunningDownload bad = fixture.run(as("Bearer bad"));
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), hope.parent());
    scheduler.sendToSource();
    fixture.advanceUntil(() -> !fixture.source.requests().isEmpty(), Duration.ZERO);
    RunningDownload good = fixture.run(as("Bearer good"));
    fixture.assertWhole(good);
    assertThat(fixture.sessions.count()).isEqualTo(1);
    bad.close();
  }

  @Test
  void whoeverIsRefusedAloneHearsWhy() throws Exception {
    fixture.source.refuse("Bearer bad");
    RunningDownload one = fixture.run(as("Bearer bad"));
    RunningDownload two = fixture.run(as("Bearer bad"));
    fixture.sessions.next().sendToSource();
    assertThat(TaskFixture.failure(one).code()).isEqualTo(ErrorCode.SOURCE_UNAUTHORIZED);
    assertThat(TaskFixture.failure(two).code()).isEqualTo(ErrorCode.SOURCE_UNAUTHORIZED);
  }

  private TaskSpec as(String authorization) {
    return fixture.spec.withRequestHeader(Map.of("Authorization", authorization));
  }

  @Test
  void whatIsNoUrlIsTheCallersMistake() {
    assertThat(
            catchThrowableOfType(
                    DragonflyException.class,
                    () -> fixture.runner.run(TaskFixture.whole(TaskSpec.ofUrl("no url"))))
                .code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(fixture.sessions.count()).isZero();
  }
}
