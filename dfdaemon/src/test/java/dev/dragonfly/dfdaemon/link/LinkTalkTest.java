package dev.dragonfly.dfdaemon.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts over loopback. */
@Timeout(60)
class LinkTalkTest {
  private static final long PIECE = 4L << 20;
  private static final int BLOCK = 256 << 10;

  @TempDir Path folder;
  private final byte[] content = new byte[(int) (3 * PIECE) + 777];
  private LinkHost a;
  private LinkHost b;
  private MemoryTask whole;

  @BeforeEach
  void start() {
    new Random(7).nextBytes(content);
    a = new LinkHost("10.0.0.1-a", folder);
    b = new LinkHost("10.0.0.2-b", folder);
    whole = MemoryTask.complete(LinkHost.TASK, PIECE, content, folder);
  }

  @AfterEach
  void close() {
    a.close();
    b.close();
  }

  private int length(int block) {
    return Math.min(BLOCK, content.length - block * BLOCK);
  }

  private byte[] part(int block) {
    return Arrays.copyOfRange(content, block * BLOCK, block * BLOCK + length(block));
  }

  @Test
  void allBlocksGoFromOneToTheOther() throws Exception {
    LinkHost.Pair talk = a.talk(b);
    talk.heard().lengths = this::length;
    BitSet all = new BitSet();
    all.set(0, 49);
    talk.theirs().have(all);
    talk.heard().expect("has 49 to 49");
    int[] wanted = new int[49];
    Arrays.setAll(wanted, i -> i);
    talk.mine().request(wanted);
    for (int i = 0; i < 49; i++) {
      int block = talk.theirHeard().wishes.poll(10, TimeUnit.SECONDS);
      talk.theirs().give(block, whole);
    }
    for (int i = 0; i < 49; i++) {
      talk.heard().expect("arrived " + i);
      assertThat(talk.heard().blocks.get(i)).isEqualTo(part(i));
    }
    assertThat(a.buffers.available()).isEqualTo(32);
  }

  @Test
  void bothSidesGiveAtTheSameTime() throws Exception {
    LinkHost.Pair talk = a.talk(b);
    talk.heard().lengths = this::length;
    talk.theirHeard().lengths = this::length;
    for (int i = 0; i < 24; i++) {
      talk.theirs().give(i, whole);
      talk.mine().give(i + 24, whole);
    }
    while (talk.heard().blocks.size() < 24 || talk.theirHeard().blocks.size() < 24) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < 24; i++) {
      assertThat(talk.heard().blocks.get(i)).isEqualTo(part(i));
      assertThat(talk.theirHeard().blocks.get(i + 24)).isEqualTo(part(i + 24));
    }
  }

  @Test
  void everythingThatIsSaidIsHeard() throws Exception {
    LinkHost.Pair talk = a.talk(b);
    talk.mine().request(3, 5);
    talk.theirHeard().expect("requested 3");
    talk.theirHeard().expect("requested 5");
    talk.theirs().busy(3, Duration.ofMillis(123));
    talk.heard().expect("busy 3 123");
    talk.theirs().missing(5);
    talk.heard().expect("missing 5");
    talk.mine().cancel(3);
    talk.theirHeard().expect("cancelled 3 false");
    talk.mine().tell(TaskState.COMPLETE, TaskFacts.NONE.withContentLength(9));
    talk.theirHeard().expect("told COMPLETE");
    talk.mine().close(CloseReason.DONE, "bye");
    talk.theirHeard().expect("closed DONE");
    assertThat(talk.theirs().isOpen()).isFalse();
  }

  @Test
  void aConversationCanBeBegunAnew() throws Exception {
    LinkHost.Pair first = a.talk(b);
    first.mine().close(CloseReason.DONE, "");
    LinkHost.Pair second = a.talk(b);
    assertThat(second.mine()).isNotSameAs(first.mine());
    second.theirs().missing(1);
    second.heard().expect("missing 1");
    assertThat(a.links.count()).isOne();
  }
}
