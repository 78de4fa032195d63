package dev.dragonfly.dfdaemon.piece;

import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.util.Random;

/** The parts of a daemon that fetch bytes, with fakes at their ends. */
public final class EngineFixture {
  /** Runs everything at once: pauses between attempts take no time. */
  private static final Timers AT_ONCE =
      new Timers() {
        @Override
        public Timer after(Duration delay, Runnable action) {
          action.run();
          return () -> {};
        }

        @Override
        public Timer every(Duration interval, Runnable action) {
          throw new UnsupportedOperationException();
        }
      };

  private EngineFixture() {}

  public static Engine engine(FakeParents parents, FakeSource source, RunSigner signer, Time time) {
    return engine(parents, source, signer, time, SwarmSettings.DEFAULT);
  }

  static Engine engine(
      FakeParents parents, FakeSource source, RunSigner signer, Time time, SwarmSettings swarm) {
    return new Engine(
        parents,
        parents,
        source,
        signer,
        new BlockBuffers(32, 1 << 20),
        time,
        AT_ONCE,
        new Random(11),
        swarm,
        new SourceSettings(2, DataSize.parse("1MiB"), 3, Duration.ofMillis(1)));
  }
}
