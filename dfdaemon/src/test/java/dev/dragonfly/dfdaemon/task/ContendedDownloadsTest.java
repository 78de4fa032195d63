package dev.dragonfly.dfdaemon.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import dev.dragonfly.dfdaemon.swarm.FakeParent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More downloads than buffers, and parts of two that belong together. */
@Timeout(60)
class ContendedDownloadsTest {
  private static final int DOWNLOADS = 16;
  private static final int BUFFERS = 4;

  @TempDir Path folder;

  @Test
  void sixteenColdDownloadsShareFourBuffers() throws Exception {
    BlockBuffers buffers = new BlockBuffers(BUFFERS, 1 << 20);
    TaskFixture fixture =
        new TaskFixture(folder, buffers, DaemonDefaults.CONFIG.download().swarm(), 8);
    List<RunningDownload> downloads = new ArrayList<>();
    for (int i = 0; i < DOWNLOADS; i++) {
      downloads.add(fixture.run(TaskSpec.ofUrl("http://origin.test/" + i)));
    }
    for (int i = 0; i < DOWNLOADS; i++) {
      fixture.sessions.next().sendToSource();
    }
    for (RunningDownload download : downloads) {
      fixture.assertWhole(download);
    }
    assertThat(buffers.available()).isEqualTo(BUFFERS);
    assertThat(fixture.source.bytesSent()).isEqualTo((long) DOWNLOADS * fixture.content.length);
  }

  @Test
  void parentsThatHoldTheirBytesBackHoldNoBuffers() throws Exception {
    BlockBuffers buffers = new BlockBuffers(BUFFERS, 1 << 20);
    TaskFixture fixture =
        new TaskFixture(folder, buffers, DaemonDefaults.CONFIG.download().swarm(), 8);
    FakeParent slow = fixture.parent(1).holding().tellAll();
    RunningDownload waiting = fixture.run();
    fixture.sessions.next().offer(fixture.facts(), slow.parent());
    slow.awaitAsked(4);
    RunningDownload other = fixture.run(TaskSpec.ofUrl("http://origin.test/other"));
    fixture.sessions.next().sendToSource();
    fixture.assertWhole(other);
    slow.release();
    fixture.assertWhole(waiting);
    assertThat(buffers.available()).isEqualTo(BUFFERS);
  }

  @Test
  void parentsAndSourceShareOneDownload() throws Exception {
    TaskFixture fixture = new TaskFixture(folder);
    FakeParent half = fixture.parent(1).tell(0).tell(1);
    RunningDownload download = fixture.run();
    FakeSessions.Conversation scheduler = fixture.sessions.next();
    scheduler.offer(fixture.facts().withVersion(fixture.source.version()), half.parent());
    scheduler.await(PeerEvent.PieceFinished.class);
    scheduler.await(PeerEvent.PieceFinished.class);
    scheduler.sendToSource();
    fixture.assertWhole(download);
    assertThat(fixture.source.bytesSent())
        .as("only what no parent has")
        .isEqualTo(fixture.content.length - 2L * TaskFixture.PIECE);
    assertThat(scheduler.await(PeerEvent.BackToSourceFinished.class).pieces().count()).isEqualTo(4);
  }

  @Test
  void afterARangeTheWholeNeedsOnlyTheRest() throws Exception {
    TaskFixture fixture = new TaskFixture(folder);
    RunningDownload range =
        fixture.run(new dev.dragonfly.common.task.ByteRange(0, TaskFixture.PIECE));
    FakeSessions.Conversation first = fixture.sessions.next();
    assertThat(first.register.range()).isPresent();
    first.sendToSource();
    range.done().get(20, java.util.concurrent.TimeUnit.SECONDS);
    first.awaitEnd();
    RunningDownload whole = fixture.run();
    FakeSessions.Conversation second = fixture.sessions.next();
    assertThat(second.register.range()).isEqualTo(Optional.empty());
    second.sendToSource();
    fixture.assertWhole(whole);
    assertThat(fixture.source.bytesSent()).isEqualTo(fixture.content.length);
  }
}
