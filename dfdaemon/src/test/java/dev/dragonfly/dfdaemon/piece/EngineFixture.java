package dev.dragonfly.dfdaemon.piece;

import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.backtosource.FakeSource;
import dev.dragonfly.dfdaemon.backtosource.SourceReading;
import dev.dragonfly.dfdaemon.backtosource.SourceSettings;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import dev.dragonfly.dfdaemon.swarm.FakeParents;
import dev.dragonfly.dfdaemon.swarm.SwarmParts;
import dev.dragonfly.dfdaemon.swarm.SwarmSettings;
import java.time.Duration;
import java.util.Random;

/** The parts of a daemon that fetch bytes, with fakes at their ends. */
public final class EngineFixture {
  private EngineFixture() {}

  /** Swarms that take pieces from these parents. */
  public static SwarmParts swarm(FakeParents parents, ManualTime time) {
    return swarm(parents, time, SwarmSettings.DEFAULT);
  }

  public static SwarmParts swarm(FakeParents parents, ManualTime time, SwarmSettings settings) {
    return new SwarmParts(
        parents, parents, new BlockBuffers(32, 1 << 20), time, new Random(11), settings);
  }

  /** Readers of this source. */
  public static SourceReading source(FakeSource source, RunSigner signer, ManualTime time) {
    return new SourceReading(
        source,
        signer,
        new BlockBuffers(32, 1 << 20),
        time,
        new Impatient(time),
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
