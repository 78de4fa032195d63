package dev.dragonfly.manager.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SchedulerGroupTest {
  private final SchedulerGroup group =
      new SchedulerGroup(
          1,
          List.of(
              new SchedulerAddress(1, "a", "10.0.0.1", 1),
              new SchedulerAddress(1, "b", "10.0.0.2", 1),
              new SchedulerAddress(1, "c", "10.0.0.3", 1)));
  private final List<String> asked = new ArrayList<>();

  @Test
  void theFirstThatAnswersIsEnough() {
    assertThat(group.<String>ask(scheduler -> answer(scheduler, ErrorCode.INTERNAL, "")))
        .isEqualTo("a");
    assertThat(asked).containsExactly("a");
  }

  @ParameterizedTest
  @EnumSource(names = {"UNAVAILABLE", "DEADLINE_EXCEEDED"})
  void theNextStandsInForOneThatCannotBeHad(ErrorCode code) {
    assertThat(group.<String>ask(scheduler -> answer(scheduler, code, "ab"))).isEqualTo("c");
    assertThat(asked).containsExactly("a", "b", "c");
  }

  @Test
  void theFailureOfTheLastIsTheFailureOfAll() {
    assertThatThrownBy(
            () -> group.<String>ask(scheduler -> answer(scheduler, ErrorCode.UNAVAILABLE, "abc")))
        .hasMessage("no c");
  }

  @ParameterizedTest
  @EnumSource(names = {"CANCELLED", "FAILED_PRECONDITION", "INVALID_ARGUMENT", "UNAUTHENTICATED"})
  void whoFailsOtherwiseHasAnswered(ErrorCode code) {
    assertThatThrownBy(() -> group.<String>ask(scheduler -> answer(scheduler, code, "a")))
        .hasMessage("no a");
    assertThat(asked).containsExactly("a");
  }

  private String answer(SchedulerAddress scheduler, ErrorCode code, String failing) {
    asked.add(scheduler.hostname());
    if (failing.contains(scheduler.hostname())) {
      throw new DragonflyException(code, "no " + scheduler.hostname());
    }
    return scheduler.hostname();
  }
}
