package dev.dragonfly.dfdaemon.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class PieceFetcherTest {
  @TempDir Path folder;
  private SwarmFixture fixture;

  @BeforeEach
  void start() {
    fixture = new SwarmFixture(folder, true);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void allPiecesComeVerifiedIntoTheStore() throws Exception {
    FakeParent parent = join(fixture.parent(1).tellAll());
    fixture.fetch();
    fixture.fetch();
    for (int i = 0; i < SwarmFixture.PIECES; i++) {
      Piece piece = fixture.events.awaitPiece();
      assertThat(piece.traffic()).isEqualTo(Piece.Traffic.REMOTE_PEER);
      assertThat(piece.parentId()).contains(parent.parent().peerId().value());
    }
    assertThat(fixture.task.isComplete()).isTrue();
    assertThat(fixture.stored()).isEqualTo(fixture.content);
    assertThat(fixture.events.received).hasValue(fixture.content.length);
    assertThat(parent.asked()).hasSize(SwarmFixture.PIECES);
  }

  @Test
  void wrongBytesAreBlamedOnTheirSenderAndComeFromAnother() throws Exception {
    FakeParent liar = join(fixture.parent(1).corrupting(1).tell(1));
    fixture.fetch();
    assertThat(fixture.events.awaitFailure()).isEqualTo("1 " + liar.parent().peerId() + " CORRUPT");
    assertThat(fixture.task.pieces().has(1)).isFalse();
    assertThat(liar.wasLeft()).isTrue();
    FakeParent honest = join(fixture.parent(2).tell(1));
    assertThat(fixture.events.awaitPiece().parentId()).contains(honest.parent().peerId().value());
    assertThat(fixture.task.pieces().has(1)).isTrue();
    assertThat(liar.asked()).containsExactly(1);
  }

  @Test
  void wrongBytesOfATaskWithoutSignaturesFailTheirChecksum() throws Exception {
    try (SwarmFixture unsigned = new SwarmFixture(folder, false)) {
      FakeParent liar = unsigned.parent(1, Optional.empty()).corrupting(0).tell(0);
      unsigned.swarm.add(List.of(liar.parent()));
      unsigned.fetch();
      assertThat(unsigned.events.awaitFailure())
          .isEqualTo("0 " + liar.parent().peerId() + " CORRUPT");
      FakeParent honest = unsigned.parent(2, Optional.empty()).tell(0);
      unsigned.swarm.add(List.of(honest.parent()));
      assertThat(unsigned.events.awaitPiece().number()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"UNAVAILABLE, REFUSED", "DEADLINE_EXCEEDED, STALLED", "NOT_FOUND, GONE"})
  void whyAPieceDidNotComeIsReported(ErrorCode code, String reported) throws Exception {
    FakeParent parent = join(fixture.parent(1).refusing(code).tell(0));
    fixture.fetch();
    assertThat(fixture.events.awaitFailure())
        .isEqualTo("0 " + parent.parent().peerId() + " " + reported);
  }

  @Test
  void aBusyParentIsAskedAgainWhenItHasRoomAndNothingIsHeldAgainstIt() throws Exception {
    FakeParent busy = join(fixture.parent(1).busyFor(2).tell(0));
    fixture.fetch();
    fixture.advanceUntilPiece(0);
    assertThat(fixture.events.awaitPiece().number()).isZero();
    assertThat(fixture.events.failureCount()).isZero();
    assertThat(busy.asked()).hasSize(3);
  }

  @Test
  void aDiskThatIsFullIsNotTheFaultOfTheParent() throws Exception {
    fixture.task.failPuts(new DragonflyException(ErrorCode.NO_SPACE, "disk full"));
    join(fixture.parent(1).tell(0));
    fixture.fetch();
    assertThat(fixture.events.awaitFailure()).isEqualTo("home NO_SPACE");
    assertThat(fixture.swarm.drainFailed()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "0, 1, 0", "0, 0, 1", "0, 0, -1"})
  void anAnswerForAnotherPieceIsALie(int number, long offset, long length) throws Exception {
    FakeParent parent = join(fixture.parent(1).misstating(number, offset, length).tell(0));
    fixture.fetch();
    assertThat(fixture.events.awaitFailure())
        .isEqualTo("0 " + parent.parent().peerId() + " CORRUPT");
  }

  @Test
  void aBodyThatEndsEarlyIsAFailureOfItsSender() throws Exception {
    FakeParent parent = join(fixture.parent(1).endingEarly().tell(0));
    fixture.fetch();
    assertThat(fixture.events.awaitFailure())
        .isEqualTo("0 " + parent.parent().peerId() + " REFUSED");
    assertThat(fixture.task.pieces().count()).isZero();
  }

  @Test
  void aSlowParentDoesNotHoldUpTheLastPiece() throws Exception {
    FakeParent slow = join(fixture.parent(1).holding().tell(0));
    fixture.fetch();
    slow.awaitAsked(1);
    FakeParent fast = join(fixture.parent(2).tell(0));
    fixture.time.advance(Duration.ofSeconds(3));
    fixture.fetch();
    assertThat(fixture.events.awaitPiece().parentId()).contains(fast.parent().peerId().value());
    slow.release();
  }

  private FakeParent join(FakeParent parent) {
    fixture.swarm.add(List.of(parent.parent()));
    return parent;
  }
}
