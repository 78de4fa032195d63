package dev.dragonfly.dfdaemon.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.swarm.Hope;
import dev.dragonfly.dfdaemon.task.Patience.Move;
import dev.dragonfly.dfdaemon.task.Patience.Situation;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the default settings: 2 s, 5 s, 5 s and 30 s. */
class PatienceTest {
  private final Patience patience = new Patience(DaemonDefaults.CONFIG.download().patience());

  @ParameterizedTest
  @CsvSource({"0, WAIT", "1999, WAIT", "2000, READ_SOURCE", "60000, READ_SOURCE"})
  void aNewDownloadWaitsTwoSecondsForAScheduler(long sinceLost, Move expected) {
    Situation nobody =
        new Situation(false, true, 0, Hope.NONE, ms(sinceLost), ms(sinceLost), ms(0), 0);
    assertThat(patience.decide(nobody)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "4999, 60000, WAIT",
    "60000, 4999, WAIT",
    "5000, 5000, READ_SOURCE",
    "60000, 60000, READ_SOURCE"
  })
  void withParentsButNoSchedulerItWaitsFiveSecondsWithoutProgress(
      long sinceProgress, long sinceLost, Move expected) {
    Situation orphan =
        new Situation(false, false, 2, Hope.GROWING, ms(sinceProgress), ms(sinceLost), ms(0), 0);
    assertThat(patience.decide(orphan)).isEqualTo(expected);
  }

  @Test
  void whoHasAskedWaitsForTheAnswer() {
    Situation asked = new Situation(true, true, 0, Hope.NONE, ms(600_000), ms(0), ms(600_000), 3);
    assertThat(patience.decide(asked)).isEqualTo(Move.WAIT);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, RESCHEDULE", "1, 199, WAIT", "1, 200, RESCHEDULE", "2, 399, WAIT"})
  void withoutHopeItAsksForOtherParentsAtOnceAndThenLessAndLessOften(
      int fruitless, long sinceAsked, Move expected) {
    assertThat(patience.decide(hopeless(fruitless, sinceAsked))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"5, 1999, WAIT", "5, 2000, RESCHEDULE", "1000, 1999, WAIT", "1000, 2000, RESCHEDULE"})
  void thePauseBetweenFruitlessQuestionsEndsAtTwoSeconds(
      int fruitless, long sinceAsked, Move expected) {
    assertThat(patience.decide(hopeless(fruitless, sinceAsked))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "4999, 4999, WAIT",
    "5000, 5000, RESCHEDULE",
    "5000, 4999, WAIT",
    "29999, 5000, RESCHEDULE",
    "30000, 100, READ_SOURCE",
    "30000, 5000, READ_SOURCE"
  })
  void stalledParentsAreReplacedAfterFiveSecondsAndGivenUpAfterThirty(
      long sinceProgress, long sinceAsked, Move expected) {
    Situation stalled =
        new Situation(true, false, 1, Hope.GROWING, ms(sinceProgress), ms(0), ms(sinceAsked), 1);
    assertThat(patience.decide(stalled)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"true, 29999, WAIT", "true, 30000, READ_SOURCE", "false, 29999, WAIT"})
  void parentsThatSaidWhenTheyHaveRoomAreWaitedForAndNobodyElseIsAsked(
      boolean connected, long sinceProgress, Move expected) {
    Situation busy =
        new Situation(
            connected, false, 2, Hope.BUSY, ms(sinceProgress), ms(sinceProgress), ms(60_000), 0);
    assertThat(patience.decide(busy)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "SOURCE_NOT_FOUND, NONE, 0, true",
    "SOURCE_NOT_FOUND, GROWING, 4999, false",
    "SOURCE_NOT_FOUND, GROWING, 5000, true",
    "SOURCE_NOT_FOUND, DELIVERING, 60000, false",
    "UNAVAILABLE, GROWING, 29999, false",
    "UNAVAILABLE, BUSY, 30000, true",
    "SOURCE_CHANGED, GROWING, 0, true",
    "NO_SPACE, DELIVERING, 0, true"
  })
  void aSourceThatFailedIsTheEndWhenParentsGiveNothingEither(
      ErrorCode failure, Hope hope, long sinceProgress, boolean hopeless) {
    assertThat(patience.isHopeless(failure, hope, ms(sinceProgress))).isEqualTo(hopeless);
  }

  @Test
  void asLongAsBytesComeItWaits() {
    Situation busy = new Situation(true, false, 3, Hope.DELIVERING, ms(10), ms(0), ms(600_000), 0);
    assertThat(patience.decide(busy)).isEqualTo(Move.WAIT);
  }

  @Test
  void defaultsAreThoseOfTheDesign() {
    PatienceSettings settings = DaemonDefaults.CONFIG.download().patience();
    assertThat(settings.newWithoutScheduler()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.runningWithoutScheduler()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.rescheduleAfter()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.giveUpParentsAfter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.total()).isEqualTo(Duration.ofHours(6));
  }

  private static Situation hopeless(int fruitless, long sinceAsked) {
    return new Situation(true, false, 0, Hope.NONE, ms(1000), ms(0), ms(sinceAsked), fruitless);
  }

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }
}
