package dev.dragonfly.dfdaemon.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.task.TaskFacts;
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

/** What a scheduler, or whoever told it, can do to a download, and what becomes of it. */
@Timeout(60)
class LyingSchedulerTest {
  private static final Digest WRONG = Digest.parse("sha256:" + "0".repeat(64));

  @TempDir Path folder;
  private TaskFixture fixture;

  @BeforeEach
  void start() {
    fixture = new TaskFixture(folder);
  }

  @Test
  void aWrongDigestOfTheWholeHarmsNobody() throws Exception {
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(withDigest(), fixture.parent(1).tellAll().parent());
    fixture.assertWhole(download);
    assertThat(download.stored().facts().digest()).isEmpty();
    assertThat(scheduler.await(PeerEvent.Finished.class).facts().digest()).isEmpty();
  }

  @Test
  void aWrongDigestOfABlobHarmsNobodyWhoReadsItsSource() throws Exception {
    RunningDownload download = fixture.run(fixture.blob());
    fixture.sessions.next().decide(new ScheduleDecision.BackToSource("read", withDigest()));
    fixture.assertWhole(download);
  }

  @Test
  void aBlobThatIsSaidToBeEmptyIsReadFromItsSource() throws Exception {
    RunningDownload download = fixture.run(fixture.blob());
    fixture.sessions.next().decide(new ScheduleDecision.EmptyTask(TaskFacts.NONE));
    fixture.assertWhole(download);
  }

  @Test
  void lengthsThatContradictWhatIsVerifiedChangeNothing() throws Exception {
    FakeParent parent = fixture.parent(1).tell(0);
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts(), parent.parent());
    scheduler.await(PeerEvent.PieceFinished.class);
    TaskFacts lie =
        new TaskFacts(
            OptionalLong.of(1_900_000_000),
            OptionalLong.of(4 << 20),
            Map.of(),
            Optional.empty(),
            List.of());
    scheduler.offer(lie, parent.parent());
    parent.tell(1).tell(2).tell(3);
    fixture.assertWhole(download);
    assertThat(fixture.source.requests()).isEmpty();
  }

  @Test
  void aKeyThatNobodyHasLeavesTheSourceAsTheWayOut() throws Exception {
    TaskFacts facts =
        fixture
            .facts()
            .withReaderKeys(List.of(ReaderKey.of("nobody", RunSigner.create().publicKey())));
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    FakeParent parent = fixture.parent(1).tellAll();
    scheduler.offer(facts, parent.parent());
    parent.end(null);
    scheduler.await(PeerEvent.Reschedule.class);
    scheduler.sendToSource();
    fixture.assertWhole(download);
    assertThat(parent.asked()).isEmpty();
  }

  private TaskFacts withDigest() {
    TaskFacts facts = fixture.facts();
    return new TaskFacts(
        facts.contentLength(),
        facts.pieceLength(),
        facts.responseHeader(),
        Optional.of(WRONG),
        facts.readerKeys());
  }
}
