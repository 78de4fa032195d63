package dev.dragonfly.dfdaemon.piece;

import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.util.Random;

/** The parts of a daemon that fetch bytes, with fakes at their ends. */
public final class EngineFixture {
  private EngineFixture() {}

  public static Engine engine(
      FakeParents parents, FakeSource source, RunSigner signer, ManualTime time) {
    return engine(parents, source, signer, time, SwarmSettings.DEFAULT);
  }

  static Engine engine(
      FakeParents parents,
      FakeSource source,
      RunSigner signer,
      ManualTime time,
      SwarmSettings swarm) {
    return new Engine(
        parents,
        parents,
        source,
        signer,
        new BlockBuffers(32, 1 << 20),
        time,
        new Impatient(time),
        new Random(11),
        swarm,
        new SourceSettings(2, DataSize.parse("1MiB"), 3, Duration.ofMillis(1)));
  }

  /** The pauses between attempts take no time; everything else waits for the test. */
  private record Impatient(ManualTime time) implements Timers {
    private static final Duration PAUSE = Duration.ofMillis(100);

    @Override
    public Timer after(Duration delay, Runnable action) {
      if (delay.compareTo(PAUSE) > 0) {
        return time.after(delay, action);
      }
      action.run();
      return () -> {};
    }

    @Override
    public Timer every(Duration interval, Runnable action) {
      return time.every(interval, action);
    }
  }
}
