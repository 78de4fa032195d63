package dev.dragonfly.dfdaemon.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Blocks that are refused, taken back, cut off or have to wait; no buffer may be lost. */
@Timeout(60)
class LinkFailuresTest {
  private static final long PIECE = 16L << 20;
  private static final int BLOCK = 1 << 20;
  private static final int BUFFERS = 2;

  @TempDir Path folder;
  private final List<LinkHost> hosts = new ArrayList<>();
  private LinkHost taker;

  private LinkHost giver;

  private MemoryTask whole;

  @BeforeEach
  void start() {
    taker = host("10.0.0.1-taker", "", Bandwidth.unlimited());
    giver = host("10.0.0.2-giver", "", Bandwidth.unlimited());
    whole = MemoryTask.complete(LinkHost.TASK, PIECE, new byte[(int) PIECE], folder);
  }

  private LinkHost.Pair talk() throws Exception {
    LinkHost.Pair talk = taker.talk(giver);
    talk.heard().lengths = block -> BLOCK;
    return talk;
  }

  /** The giver sends a quarter of a block at once, and the next one after a second. */
  private LinkHost.Pair talkSlowly() throws Exception {
    giver = host("10.0.0.3-slow", "", Bandwidth.limited(BLOCK / 4, SystemTime.INSTANCE));
    return talk();
  }

  private LinkHost host(String name, String settings, Bandwidth upload) {
    LinkHost host = new LinkHost(name, folder, settings, BUFFERS, upload);
    hosts.add(host);
    return host;
  }

  @AfterEach
  void close() {
    hosts.forEach(LinkHost::close);
    for (LinkHost host : hosts) {
      await(() -> host.buffers.available() == BUFFERS);
      assertThat(host.buffers.waiting()).isZero();
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static void awaitEvent(Heard heard, String event) throws InterruptedException {
    while (!heard.next().equals(event)) {
      // Others come in between.
    }
  }

  @Test
  void aBlockThatNobodyWantsIsDroppedAndTheNextOneComes() throws Exception {
    LinkHost.Pair talk = talk();
    talk.heard().lengths = block -> block == 1 ? -1 : BLOCK;
    talk.theirs().give(1, whole);
    talk.theirs().give(2, whole);
    assertThat(talk.heard().next()).isEqualTo("dropped 1");
    awaitEvent(talk.heard(), "arrived 2");
    awaitEvent(talk.theirHeard(), "given 1 true");
    awaitEvent(talk.theirHeard(), "given 2 true");
  }

  @Test
  void withoutABufferTheLinkIsNotReadUntilOneIsFree() throws Exception {
    LinkHost.Pair talk = talk();
    List<BlockLease> held = new ArrayList<>();
    while (taker.buffers.tryBorrow(1 << 20).map(held::add).orElse(false)) {
      // Takes all there are.
    }
    talk.theirs().give(0, whole);
    talk.theirs().missing(9);
    await(() -> taker.buffers.waiting() == 1);
    assertThat(talk.heard().events).doesNotContain("arrived 0");
    held.forEach(BlockLease::close);
    awaitEvent(talk.heard(), "arrived 0");
  }

  @Test
  void aConversationThatEndsWhileItsBlockWaitsForABufferLeavesTheLinkAlive() throws Exception {
    LinkHost.Pair talk = talk();
    List<BlockLease> held = new ArrayList<>();
    while (taker.buffers.tryBorrow(1 << 20).map(held::add).orElse(false)) {
      // Takes all there are.
    }
    talk.theirs().give(0, whole);
    await(() -> taker.buffers.waiting() == 1);
    talk.mine().close(CloseReason.DONE, "");
    await(() -> taker.buffers.waiting() == 0);
    LinkHost.Pair again = taker.talk(giver);
    again.heard().lengths = block -> BLOCK;
    again.theirs().give(1, whole);
    held.forEach(BlockLease::close);
    awaitEvent(again.heard(), "arrived 1");
  }

  @Test
  void aBlockCanBeTakenBackBeforeAndWhileItIsSent() throws Exception {
    LinkHost.Pair talk = talkSlowly();
    for (int block = 0; block < 3; block++) {
      talk.theirs().give(block, whole);
    }
    await(() -> taker.buffers.available() < BUFFERS);
    assertThat(talk.theirs().queued()).isEqualTo(2);
    talk.mine().cancel(2);
    awaitEvent(talk.theirHeard(), "cancelled 2 true");
    talk.theirHeard().expect("given 2 false");
    talk.mine().cancel(0);
    awaitEvent(talk.theirHeard(), "given 0 false");
    assertThat(talk.heard().next()).isEqualTo("dropped 0");
    talk.heard().expect("missing 0");
  }

  @Test
  void whatIsQueuedIsDroppedWithTheConversation() throws Exception {
    LinkHost.Pair talk = talkSlowly();
    for (int block = 0; block < 5; block++) {
      talk.theirs().give(block, whole);
    }
    await(() -> taker.buffers.available() < BUFFERS);
    talk.theirs().close(CloseReason.NOT_FOUND, "deleted");
    awaitEvent(talk.heard(), "closed NOT_FOUND");
    List<String> told = new ArrayList<>();
    for (int block = 0; block < 5; block++) {
      told.add(talk.theirHeard().next());
    }
    // The one that is being sent ends on another thread, before the others or after.
    assertThat(told)
        .containsExactlyInAnyOrder(
            "given 0 false", "given 1 false", "given 2 false", "given 3 false", "given 4 false");
    await(() -> taker.buffers.available() == BUFFERS);
  }

  @Test
  void aConnectionThatBreaksInTheMiddleOfABlockEndsEverything() throws Exception {
    LinkHost.Pair talk = talkSlowly();
    for (int block = 0; block < 3; block++) {
      talk.theirs().give(block, whole);
    }
    await(() -> taker.buffers.available() < BUFFERS);
    giver.links.close();
    awaitEvent(talk.heard(), "closed LOST");
    await(() -> taker.buffers.available() == BUFFERS);
    awaitEvent(talk.theirHeard(), "given 0 false");
    await(() -> taker.open.get() == 0 && giver.open.get() == 0);
    assertThat(talk.mine().isOpen()).isFalse();
    assertThat(taker.links.count()).isZero();
  }

  @Test
  void aBlockWhoseFileIsGoneIsNotGiven() throws Exception {
    LinkHost.Pair talk = talk();
    whole.delete();
    talk.theirs().give(0, whole);
    talk.theirHeard().expect("given 0 false");
    talk.theirs().give(Integer.MAX_VALUE, whole);
    talk.theirHeard().expect("given " + Integer.MAX_VALUE + " false");
    assertThat(talk.mine().isOpen()).isTrue();
  }

  @Test
  void moreRequestsThanAllowedAreTurnedAway() throws Exception {
    giver = host("10.0.0.4-strict", "requests: 2", Bandwidth.unlimited());
    LinkHost.Pair talk = taker.talk(giver);
    talk.mine().request(1, 2, 2, 3);
    talk.heard().expect("busy 3 200");
    talk.theirs().missing(1);
    talk.heard().expect("missing 1");
    talk.mine().request(4);
    awaitEvent(talk.theirHeard(), "requested 4");
  }

  @Test
  void moreConversationsThanAllowedAreRefused() throws Exception {
    giver = host("10.0.0.4-strict", "conversations: 1", Bandwidth.unlimited());
    taker.talk(giver);
    Heard heard = new Heard();
    TaskLink second =
        taker.linkTo(giver).about(new dev.dragonfly.common.task.TaskId("cd".repeat(32)), heard);
    second.open(taker.peer(), TaskState.GROWING, TaskFacts.NONE);
    heard.expect("closed REFUSED");
  }

  @Test
  void whoDoesNotAnswerIsAnsweredForHim() throws Exception {
    giver =
        host("10.0.0.4-strict", "answerTimeout: 50ms, stallTimeout: 200ms", Bandwidth.unlimited());
    Heard heard = new Heard();
    taker
        .linkTo(giver)
        .about(LinkHost.TASK, heard)
        .open(taker.peer(), TaskState.GROWING, TaskFacts.NONE);
    heard.expect("closed NOT_FOUND");
    giver.nextAsked().heard().expect("closed NOT_FOUND");
  }

  @Test
  void anIdleLinkIsClosed() throws Exception {
    taker = host("10.0.0.4-idle", "idleTimeout: 100ms", Bandwidth.unlimited());
    LinkHost.Pair talk = taker.talk(giver);
    talk.mine().close(CloseReason.DONE, "");
    await(() -> taker.links.count() == 0 && giver.links.count() == 0);
  }
}
