package dev.dragonfly.common.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.testing.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogPauseTest {
  @Test
  void oneLineAMinuteAboutEach() {
    ManualTime time = new ManualTime();
    LogPause pause = new LogPause(time);
    assertThat(pause.isOver("a")).isTrue();
    assertThat(pause.isOver("a")).isFalse();
    assertThat(pause.isOver("b")).isTrue();
    time.advance(Duration.ofMinutes(1));
    assertThat(pause.isOver("a")).isTrue();
  }
}
