package dev.dragonfly.seedpeer.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.client.SeedPeerRegistry;
import dev.dragonfly.dfdaemon.dynconfig.SeedPeerConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SeedPeerRegistrationTest {

  private static final Duration BEAT = Duration.ofSeconds(5);

  private final ManualTime time = new ManualTime();
  private final FakeRegistry registry = new FakeRegistry();
  private final SeedPeerRegistration registration =
      new SeedPeerRegistration(
          registry,
          new SeedPeerRegistry.SeedPeer(
              "seed", "10.0.0.5", 4000, 4005, 1, Optional.empty(), Optional.empty()),
          new SeedPeerConfig(true, 1L, BEAT),
          time,
          time);

  @Test
  void registersThenBeats() throws Exception {
    registration.start();
    registry.expect("update", "keepAlive");

    awaitAlive();
    time.advance(BEAT);
    time.advance(BEAT);

    registry.expect("beat", "beat");
  }

  @Test
  void triesForEverWithGrowingPausesWhileTheManagerIsAway() throws Exception {
    registry.failure.set(new DragonflyException(ErrorCode.UNAVAILABLE, "away"));
    registration.start();
    registry.expect("update");
    for (int i = 0; i < 10; i++) {
      retry();
      registry.expect("update");
    }

    registry.failure.set(null);
    retry();

    registry.expect("update", "keepAlive");
  }

  @Test
  void registersAgainWhenTheManagerEndsTheStream() throws Exception {
    registration.start();
    registry.expect("update", "keepAlive");
    awaitAlive();

    registry.ended.accept(
        Optional.of(new DragonflyException(ErrorCode.INTERNAL, "record not found")));
    assertThat(registration.isAlive()).isFalse();
    registry.expect("close");
    time.advance(Duration.ofSeconds(1));

    registry.expect("update", "keepAlive");
  }

  @Test
  void leavesWhenItIsClosed() throws Exception {
    registration.start();
    registry.expect("update", "keepAlive");
    awaitAlive();

    registration.close();
    time.advance(Duration.ofMinutes(5));

    registry.expect("close");
    assertThat(registry.calls).isEmpty();
  }

  @Test
  void configurationHasDefaultsIsReadAndIsChecked() {
    assertThat(ConfigLoader.parse("", "test", SeedPeerConfig.class))
        .isEqualTo(SeedPeerConfig.DEFAULT);
    assertThat(
            ConfigLoader.parse(
                "{registered: true, clusterId: 4, keepAliveInterval: 9s}",
                "test",
                SeedPeerConfig.class))
        .isEqualTo(new SeedPeerConfig(true, 4L, Duration.ofSeconds(9)));
    assertThatThrownBy(() -> new SeedPeerConfig(true, -1L, BEAT)).hasMessageContaining("clusterId");
  }

  /** The timer is set just after the call that the test saw: advance until it was there. */
  private void retry() throws InterruptedException {
    for (int i = 0; i < 100 && registry.calls.isEmpty(); i++) {
      time.advance(Duration.ofSeconds(30));
      registry.awaitCall(50);
    }
  }

  /** The stream counts as begun just after the call that the test saw. */
  private void awaitAlive() throws InterruptedException {
    for (int i = 0; i < 100 && !registration.isAlive(); i++) {
      registry.awaitCall(20);
    }
  }

  /** A manager whose every answer is given by the test. */
  private static final class FakeRegistry implements SeedPeerRegistry {

    final LinkedBlockingDeque<String> calls = new LinkedBlockingDeque<>();
    final AtomicReference<DragonflyException> failure = new AtomicReference<>();
    volatile Consumer<Optional<DragonflyException>> ended = nothing -> {};

    void expect(String... expected) throws InterruptedException {
      for (String call : expected) {
        assertThat(calls.poll(5, TimeUnit.SECONDS)).isEqualTo(call);
      }
    }

    void awaitCall(long millis) throws InterruptedException {
      String call = calls.poll(millis, TimeUnit.MILLISECONDS);
      if (call != null) {
        calls.addFirst(call);
      }
    }

    @Override
    public void update(SeedPeer seedPeer) {
      DragonflyException now = failure.get();
      calls.add("update");
      if (now != null) {
        throw now;
      }
    }

    @Override
    public KeepAlive keepAlive(SeedPeer seedPeer, Consumer<Optional<DragonflyException>> ended) {
      this.ended = ended;
      calls.add("keepAlive");
      return new KeepAlive() {
        @Override
        public void beat() {
          calls.add("beat");
        }

        @Override
        public void close() {
          calls.add("close");
        }
      };
    }

    @Override
    public void close() {}
  }
}
