package dev.dragonfly.dfdaemon.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.link.TaskState;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a download takes in sessions, and whom it believes. */
class SessionSwarmTest {
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

  @Test
  void blocksFromTwoNeighboursMakeThePiecesOfTheTask() throws Exception {
    FakeTalk one = fixture.linked(1);
    FakeTalk two = fixture.linked(2);
    assertThat(one.asked).isNotEmpty().doesNotContainAnyElementsOf(two.asked);
    fixture.giveAll(one, two);
    assertThat(fixture.plain.stored()).isEqualTo(fixture.plain.content);
    for (int piece = 0; piece < SwarmFixture.PIECES; piece++) {
      assertThat(fixture.plain.events.awaitPiece().parentId()).isPresent();
    }
    assertThat(fixture.plain.events.received).hasValue(fixture.plain.content.length);
    assertThat(one.said).contains("open GROWING", "state COMPLETE");
  }

  @Test
  void withoutDigestsNothingIsAskedAndTheirComingIsEnough() {
    FakeTalk talk = fixture.joined(1);
    talk.has(fixture.plain, TaskState.GROWING, List.of(), SessionFixture.all());
    assertThat(talk.asked).isEmpty();
    assertThat(fixture.swarm().hope()).isEqualTo(Hope.GROWING);
    talk.listener().runs(List.of(fixture.run(4, 8)));
    assertThat(talk.asked).isNotEmpty().isSubsetOf(4, 5, 6, 7);
    assertThat(fixture.swarm().hope()).isEqualTo(Hope.DELIVERING);
  }

  @Test
  void wrongBytesAreNeverKeptAndTheirSenderIsNotSpokenWithAgain() throws Exception {
    FakeTalk liar = fixture.linked(1);
    int block = liar.asked.iterator().next();
    liar.give(block, fixture.wrong(block));
    assertThat(fixture.plain.events.awaitFailure()).endsWith(PieceFailure.CORRUPT.name());
    fixture.await(() -> liar.said.contains("close " + CloseReason.DISTRUSTED));
    assertThat(fixture.task().hasBlock(block)).isFalse();
    FakeTalk again = new FakeTalk(liar.host(), SwarmFixture.ID);
    again.listener(
        fixture.sessions.asked(again, new PeerId("p"), TaskState.COMPLETE, fixture.task().facts()));
    assertThat(again.said).containsExactly("close " + CloseReason.REFUSED);
    FakeTalk honest = fixture.linked(2);
    fixture.giveAll(honest);
    assertThat(fixture.plain.stored()).isEqualTo(fixture.plain.content);
  }

  private SignedRun forged() {
    SignedRun genuine = fixture.run(0, 4);
    return new SignedRun(
        genuine.version(),
        genuine.origin(),
        genuine.blockLength(),
        4,
        genuine.digests(),
        genuine.contentLength(),
        genuine.publicKey(),
        genuine.signature());
  }

  @Test
  void aRunThatIsNotWhatItsSignatureSaysEndsTheConversation() {
    FakeTalk liar = fixture.joined(1);
    liar.has(fixture.plain, TaskState.COMPLETE, List.of(forged()), SessionFixture.all());
    assertThat(liar.said).contains("close " + CloseReason.DISTRUSTED);
    assertThat(fixture.plain.events.failures).anyMatch(failure -> failure.endsWith("CORRUPT"));
    assertThat(fixture.swarm().hope()).isEqualTo(Hope.NONE);
  }

  @Test
  void aRunThatManyTellAtOnceIsCheckedOnceForAllOfThem() {
    FakeTalk one = fixture.joined(1);
    FakeTalk two = fixture.joined(2);
    FakeTalk three = fixture.joined(3);
    fixture.delaysWork = true;
    for (FakeTalk talk : List.of(one, two, three)) {
      talk.has(
          fixture.plain, TaskState.COMPLETE, List.of(fixture.run(0, 13)), SessionFixture.all());
    }
    one.listener().closed(CloseReason.LOST, "while its run is checked for the others too");
    assertThat(fixture.workOff()).isEqualTo(1);
    assertThat(two.asked).isNotEmpty();
    assertThat(three.asked).isNotEmpty();
    assertThat(fixture.swarm().hope()).isEqualTo(Hope.DELIVERING);
  }

  @Test
  void whoTellsAForgedRunAfterAnotherDidIsFoundOutAsWell() {
    FakeTalk one = fixture.joined(1);
    FakeTalk two = fixture.joined(2);
    fixture.delaysWork = true;
    for (FakeTalk talk : List.of(one, two)) {
      talk.has(fixture.plain, TaskState.COMPLETE, List.of(forged()), SessionFixture.all());
    }
    assertThat(fixture.workOff()).isEqualTo(2);
    assertThat(one.said).contains("close " + CloseReason.DISTRUSTED);
    assertThat(two.said).contains("close " + CloseReason.DISTRUSTED);
    assertThat(fixture.swarm().hope()).isEqualTo(Hope.NONE);
  }

  @Test
  void anotherVersionIsOfNoUseAndNobodysFault() {
    FakeTalk one = fixture.linked(1);
    assertThat(one.asked).isNotEmpty();
    FakeTalk other = fixture.joined(2);
    other.has(
        fixture.plain,
        TaskState.COMPLETE,
        List.of(fixture.run(0, 2, fixture.plain.signer, SourceVersion.NONE)),
        SessionFixture.all());
    assertThat(other.said).contains("close " + CloseReason.DONE);
    assertThat(fixture.plain.events.failures).isEmpty();
  }

  @Test
  void whatAnUnknownReaderSignedIsNotTakenUntilASchedulerNamesHim() {
    RunSigner unknown = RunSigner.create();
    FakeTalk talk = fixture.joined(1);
    SourceVersion version = fixture.run(0, 1).version();
    talk.has(
        fixture.plain,
        TaskState.COMPLETE,
        List.of(fixture.run(0, 4, unknown, version)),
        SessionFixture.all());
    assertThat(talk.asked).isEmpty();
    assertThat(fixture.swarm().hope()).isEqualTo(Hope.NONE);
    assertThat(fixture.swarm().drainFailed()).as("asked for once more").isEmpty();
    fixture.plain.task.learn(
        fixture.task().facts().withReaderKeys(List.of(ReaderKey.of("late", unknown.publicKey()))),
        StoredTask.Teller.SCHEDULER);
    assertThat(talk.asked).isSubsetOf(0, 1, 2, 3).isNotEmpty();
  }

  @Test
  void whoBringsNothingForFiveSecondsIsGivenUp() {
    FakeTalk silent = fixture.linked(1);
    FakeTalk other = fixture.joined(2);
    assertThat(silent.asked).isNotEmpty();
    fixture.pass(Duration.ofSeconds(6));
    assertThat(silent.asked).isEmpty();
    assertThat(silent.said).anyMatch(word -> word.startsWith("cancel"));
    assertThat(fixture.plain.events.failures).anyMatch(failure -> failure.endsWith("STALLED"));
    other.has(fixture.plain, TaskState.COMPLETE, List.of(), SessionFixture.all());
    assertThat(other.asked).isNotEmpty();
    assertThat(fixture.swarm().drainFailed())
        .containsExactly(fixture.plain.parent(1).parent().peerId());
  }

  @Test
  void aByteASecondIsNothing() {
    FakeTalk slow = fixture.linked(1);
    int block = slow.asked.iterator().next();
    assertThat(slow.listener().expected(block)).isPositive();
    for (int i = 0; i < 7; i++) {
      slow.listener().progressed(block, 1);
      fixture.pass(Duration.ofSeconds(1));
    }
    assertThat(fixture.plain.events.failures).anyMatch(failure -> failure.endsWith("STALLED"));
  }

  @Test
  void busyIsAPauseAndNobodysFault() {
    FakeTalk busy = fixture.linked(1);
    for (int round = 0; round < 20; round++) {
      for (int block : List.copyOf(busy.asked)) {
        busy.asked.remove(block);
        busy.listener().busy(block, Duration.ofSeconds(1));
      }
      assertThat(busy.asked).isEmpty();
      assertThat(fixture.swarm().hope()).isEqualTo(Hope.BUSY);
      fixture.pass(Duration.ofMillis(1100));
      assertThat(busy.asked).as("asked again in round " + round).isNotEmpty();
    }
    assertThat(fixture.plain.events.failureCount()).isZero();
    assertThat(fixture.swarm().drainFailed()).isEmpty();
  }

  @Test
  void whoSaysThatItHasAndThenHasNotIsNotAskedForThatAgain() {
    FakeTalk empty = fixture.linked(1);
    for (int round = 0; round < 10 && !empty.asked.isEmpty(); round++) {
      for (int block : List.copyOf(empty.asked)) {
        empty.asked.remove(block);
        empty.listener().missing(block);
      }
    }
    assertThat(empty.asked).isEmpty();
    assertThat(fixture.swarm().hope()).isEqualTo(Hope.NONE);
  }

  @Test
  void aLateBlockIsAskedOfASecondNeighbourAndTheLoserIsToldSo() throws Exception {
    FakeTalk late = fixture.linked(1);
    int block = late.asked.iterator().next();
    FakeTalk quick = fixture.linked(2);
    fixture.await(() -> {
      for (int other : List.copyOf(quick.asked)) {
        quick.give(other, fixture.block(other));
      }
      fixture.plain.time.advance(Duration.ofMillis(50));
      return fixture.task().hasBlock(block);
    });
    assertThat(late.said).contains("cancel " + block);
    assertThat(late.give(block, fixture.block(block))).as("wanted").isFalse();
    assertThat(fixture.plain.events.wasted).hasValue(256 << 10);
  }

  @Test
  void aLostLinkIsDialledAgainAndABlameIsNot() {
    FakeTalk talk = fixture.linked(1);
    talk.listener().closed(CloseReason.LOST, "gone");
    assertThat(fixture.dialled).isEqualTo(1);
    fixture.pass(Duration.ofMillis(300));
    assertThat(fixture.dialled).isEqualTo(2);
    assertThat(fixture.plain.events.failureCount()).isZero();
  }

  @Test
  void twelveAreDialledAndOthersTakeThePlacesOfThoseThatGo() {
    List<FakeTalk> talks = IntStream.range(1, 16).mapToObj(fixture::joined).toList();
    assertThat(fixture.dialled).isEqualTo(12);
    talks.getFirst().listener().closed(CloseReason.DONE, "it has given all");
    assertThat(fixture.dialled).isEqualTo(13);
    assertThat(talks.get(12).said).contains("open GROWING");
    assertThat(talks.get(13).said).isEmpty();
  }

  @Test
  void whereNothingComesFromThoseThatWereDialledOneMoreIs() {
    List<FakeTalk> useless = IntStream.range(1, 13).mapToObj(fixture::joined).toList();
    fixture.joined(13);
    fixture.swarm().look();
    assertThat(fixture.dialled).as("while all may grow").isEqualTo(12);
    useless.forEach(talk -> talk.has(fixture.plain, TaskState.RESTING, List.of()));
    fixture.swarm().look();
    assertThat(fixture.dialled).isEqualTo(13);
  }

  @Test
  void whoKnowsNoSessionsIsAskedInTheWayOfUpstream() throws Exception {
    fixture.unreachable = true;
    FakeParent parent = fixture.plain.parent(1);
    int[] workers = {0};
    fixture.swarm().onPlainParent(() -> workers[0]++);
    fixture.swarm().add(List.of(parent.parent()));
    assertThat(workers[0]).isEqualTo(1);
    parent.tell(0);
    assertThat(fixture.swarm().poll()).isPresent();
  }

  @Test
  void whoSpeaksFirstIsANeighbourOfTheDownloadToo() throws Exception {
    fixture.swarm();
    FakeTalk incoming = fixture.incoming(7, TaskState.COMPLETE);
    incoming.listener().runs(List.of(fixture.run(0, SessionFixture.BLOCKS)));
    BitSet all = new BitSet();
    all.set(0, SessionFixture.BLOCKS);
    incoming.listener().has(all);
    assertThat(fixture.swarm().size()).isEqualTo(1);
    fixture.giveAll(incoming);
    assertThat(fixture.plain.stored()).isEqualTo(fixture.plain.content);
  }

  @Test
  void aWaitingReaderGetsItsBlocksFirst() throws Exception {
    FakeTalk talk = fixture.joined(1);
    fixture.swarm().readerAt(4L * (256 << 10));
    talk.has(
        fixture.plain,
        TaskState.COMPLETE,
        List.of(fixture.run(0, SessionFixture.BLOCKS)),
        SessionFixture.all());
    assertThat(talk.asked).startsWith(4, 5);
  }
}
