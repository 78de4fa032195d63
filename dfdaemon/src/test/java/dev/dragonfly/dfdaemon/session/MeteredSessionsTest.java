package dev.dragonfly.dfdaemon.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision.MetadataOnly;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.testing.ManualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MeteredSessionsTest {

  private static final Signal DECIDED = new Signal.Decided(new MetadataOnly(TaskFacts.NONE));

  private final ManualTime time = new ManualTime();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Queue<Signal> signals =
      new ArrayDeque<>(List.of(new Signal.Lost("away"), DECIDED, DECIDED));
  private final MeteredSessions sessions =
      new MeteredSessions((task, peer, register, wakeUp) -> new Scripted(), registry, time);

  @Test
  void countsLossesAndTimesTheFirstDecision() {
    SchedulerSession session = open();
    time.advance(Duration.ofMillis(20));
    while (session.next(Duration.ZERO).isPresent()) {
      time.advance(Duration.ofSeconds(1));
    }

    assertThat(registry.get("dragonfly_dfdaemon_scheduler_lost_total").counter().count())
        .isEqualTo(1);
    assertThat(registry.get("dragonfly_dfdaemon_register_duration_seconds").timer().count())
        .isEqualTo(1);
    assertThat(
            registry
                .get("dragonfly_dfdaemon_register_duration_seconds")
                .timer()
                .totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(1020);
  }

  @Test
  void aSessionIsOpenUntilItIsClosed() {
    SchedulerSession session = open();
    assertThat(registry.get("dragonfly_dfdaemon_sessions").gauge().value()).isEqualTo(1);

    session.close();
    session.close();

    assertThat(registry.get("dragonfly_dfdaemon_sessions").gauge().value()).isZero();
  }

  private SchedulerSession open() {
    return sessions.open(
        new TaskId("a".repeat(64)),
        new PeerId("p"),
        () -> {
          throw new AssertionError("nobody registers here");
        });
  }

  /** Says what the test wrote down. */
  private final class Scripted implements SchedulerSession {

    @Override
    public void send(PeerEvent event) {}

    @Override
    public Optional<Signal> next(Duration wait) {
      return Optional.ofNullable(signals.poll());
    }

    @Override
    public boolean connected() {
      return false;
    }

    @Override
    public void close() {}
  }
}
