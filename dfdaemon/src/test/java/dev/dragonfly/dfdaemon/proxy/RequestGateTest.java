package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RequestGateTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration NOW = Duration.ofMillis(1);

  private final CountDownLatch over = new CountDownLatch(1);

  @Test
  void whoeverComesDuringADrainDoesNotProlongIt() throws Exception {
    RequestGate gate = new RequestGate(2, 2);
    Thread running = running(gate);
    Thread drain = Thread.ofVirtual().start(() -> gate.drain(LONG));
    awaitWaiting(drain);

    assertThatThrownBy(() -> gate.run(NOW, () -> {})).hasMessageContaining("no turn within");
    over.countDown();

    assertThat(drain.join(LONG) && running.join(LONG)).isTrue();
    gate.run(NOW, () -> {});
  }

  @Test
  void noMoreWaitThanTheQueueHolds() throws Exception {
    RequestGate gate = new RequestGate(1, 1);
    Thread running = running(gate);
    Thread waiting = Thread.ofVirtual().start(() -> gate.run(LONG, () -> {}));
    awaitWaiting(waiting);

    assertThatThrownBy(() -> gate.run(LONG, () -> {})).hasMessageContaining("no turn within");
    over.countDown();

    assertThat(waiting.join(LONG) && running.join(LONG)).isTrue();
  }

  /** A request that is answered until it is over. */
  private Thread running(RequestGate gate) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    Thread running =
        Thread.ofVirtual()
            .start(() ->
                gate.run(
                    LONG,
                    () -> {
                      begun.countDown();
                      try {
                        over.await();
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                    }));
    begun.await();
    return running;
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(thread.isAlive()).isTrue();
      Thread.onSpinWait();
    }
  }
}
