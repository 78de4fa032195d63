package dev.dragonfly.dfdaemon.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.link.TaskState;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host tells its neighbours of a task and gives them, without a download. */
class GivingTest {
  @TempDir Path folder;
  private SessionFixture fixture;

  @BeforeEach
  void begin() {
    fixture = new SessionFixture(folder);
  }

  @AfterEach
  void end() {
    fixture.close();
  }

  private void put(int block) {
    fixture.task().putVerified(block, BlockLease.unpooled(ByteBuffer.wrap(fixture.block(block))));
  }

  @Test
  void whatIsHereIsToldWhenTheConversationBeginsWithItsDigestsFirst() {
    fixture.task().addRun(fixture.run(0, 4));
    put(0);
    put(2);
    FakeTalk talk = fixture.incoming(1, TaskState.GROWING);
    assertThat(talk.said).containsExactly("open RESTING", "run 0-4", "have {0, 2}");
  }

  @Test
  void whatComesWithinAMomentIsToldInOneGoAndItsDigestsOnlyOnce() {
    FakeTalk talk = fixture.incoming(1, TaskState.GROWING);
    fixture.task().addRun(fixture.run(0, 4));
    talk.said.clear();
    put(0);
    put(1);
    assertThat(talk.said).isEmpty();
    fixture.plain.time.advance(Duration.ofMillis(5));
    put(2);
    fixture.plain.time.advance(Duration.ofMillis(5));
    assertThat(talk.said).containsExactly("run 0-4", "have {0, 1}", "have {2}");
  }

  @Test
  void whatTheNeighbourShowedItselfIsNotShownBack() {
    FakeTalk talk = fixture.incoming(1, TaskState.GROWING);
    talk.listener().runs(List.of(fixture.run(0, 4)));
    put(3);
    fixture.plain.time.advance(Duration.ofMillis(5));
    assertThat(talk.said).endsWith("have {3}").doesNotContain("run 0-4");
  }

  @Test
  void whatANeighbourHasIsToldToItLaterOrBesideWhatItLacks() {
    FakeTalk talk = fixture.incoming(1, TaskState.GROWING);
    fixture.task().addRun(fixture.run(0, 4));
    talk.listener().has(BitSet.valueOf(new long[] {0b11}));
    talk.said.clear();
    put(0);
    fixture.pass(Duration.ofMillis(450));
    assertThat(talk.said).as("it has no use for it").isEmpty();
    put(2);
    fixture.plain.time.advance(Duration.ofMillis(5));
    assertThat(talk.said).endsWith("have {0, 2}");
    put(1);
    fixture.pass(Duration.ofMillis(500));
    assertThat(talk.said).endsWith("have {0, 2}", "have {1}");
  }

  @Test
  void whoTellsOfABlockKnowsItsDigest() {
    FakeTalk talk = fixture.incoming(1, TaskState.GROWING);
    fixture.task().addRun(fixture.run(0, 2));
    fixture.task().addRun(fixture.run(2, 4));
    talk.listener().has(BitSet.valueOf(new long[] {0b01}));
    talk.said.clear();
    put(0);
    put(2);
    fixture.plain.time.advance(Duration.ofMillis(5));
    assertThat(talk.said).containsExactly("run 2-4", "have {0, 2}");
  }

  @Test
  void aSourceIsToldWhatOthersHaveAsItDecidesByThat() {
    FakeTalk reader = fixture.incoming(1, TaskState.GROWING);
    fixture
        .task()
        .learn(
            TaskFacts.NONE.withReaderKeys(
                List.of(ReaderKey.of(reader.host().value(), new byte[32]))),
            StoredTask.Teller.SCHEDULER);
    fixture.task().addRun(fixture.run(0, 4));
    reader.listener().has(BitSet.valueOf(new long[] {0b1}));
    reader.said.clear();
    put(0);
    fixture.pass(Duration.ofMillis(100));
    assertThat(reader.said).endsWith("have {0}");
  }

  @Test
  void aBlockWhoseDigestIsNotSignedYetIsToldWhenItIs() {
    FakeTalk talk = fixture.incoming(1, TaskState.GROWING);
    fixture.task().putFromSource(5, BlockLease.unpooled(ByteBuffer.wrap(fixture.block(5))));
    fixture.plain.time.advance(Duration.ofMillis(50));
    assertThat(talk.said).containsExactly("open RESTING");
    fixture.task().addRun(fixture.run(4, 8));
    fixture.plain.time.advance(Duration.ofMillis(5));
    assertThat(talk.said).endsWith("run 4-8", "have {5}");
  }

  @Test
  void aRequestIsGivenOrMissingAndTheTaskIsInUseMeanwhile() {
    fixture.task().addRun(fixture.run(0, 4));
    put(0);
    FakeTalk talk = fixture.incoming(1, TaskState.GROWING);
    talk.said.clear();
    talk.listener().requested(0);
    talk.listener().requested(1);
    assertThat(talk.said).containsExactly("give 0", "missing 1");
    assertThat(fixture.plain.task.useCount()).isEqualTo(1);
    talk.listener().given(0, true);
    assertThat(fixture.plain.task.useCount()).isZero();
    talk.listener().requested(0);
    talk.listener().given(0, false);
    assertThat(talk.said).endsWith("give 0", "missing 0");
  }

  @Test
  void aBlockThatIsTakenBackIsNotMissing() {
    fixture.task().addRun(fixture.run(0, 4));
    put(0);
    FakeTalk talk = fixture.incoming(1, TaskState.GROWING);
    talk.listener().requested(0);
    talk.said.clear();
    talk.listener().cancelled(0, true);
    talk.listener().given(0, false);
    assertThat(talk.said).isEmpty();
    assertThat(fixture.plain.task.useCount()).isZero();
  }

  @Test
  void whenNobodyWantsOrGetsAnythingTheConversationEndsAndIsForgotten() {
    FakeTalk talk = fixture.incoming(1, TaskState.GROWING);
    assertThat(fixture.sessions.size()).isEqualTo(1);
    talk.listener().told(TaskState.COMPLETE, TaskFacts.NONE);
    assertThat(talk.said).endsWith("close " + CloseReason.DONE);
    assertThat(fixture.sessions.size()).isZero();
    assertThat(fixture.plain.task.listenerCount()).isZero();
  }

  @Test
  void aDeletedTaskIsTheEndOfAllConversations() {
    FakeTalk talk = fixture.incoming(1, TaskState.GROWING);
    fixture.plain.task.delete();
    assertThat(talk.said).endsWith("close " + CloseReason.NOT_FOUND);
    assertThat(fixture.sessions.size()).isZero();
  }
}
