package dev.dragonfly.dfdaemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.testing.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadSamplerTest {

  @TempDir private Path storage;
  private final ManualTime time = new ManualTime();
  private final AtomicLong sent = new AtomicLong();
  private final DiskExecutor disk = new DiskExecutor(1, 16, "test");

  @AfterEach
  void close() {
    disk.close();
  }

  @Test
  void ratesAreMeansSinceTheSampleBefore() {
    LoadSampler sampler = sampler();
    sampler.sample();
    sent.set(2_000);
    time.advance(Duration.ofSeconds(2));

    HostStats stats = sampler.sample();

    assertThat(stats.txBandwidth()).isEqualTo(8_000);
    assertThat(stats.maxTxBandwidth()).isEqualTo(7);
    assertThat(stats.uploads()).isEqualTo(3);
  }

  @Test
  void processorsMemoryAndSpaceAreThoseOfTheMachine() {
    HostStats stats = sampler().sample();

    assertThat(stats.cpuPercent()).isBetween(0.0, 100.0);
    assertThat(stats.memoryAvailable()).isBetween(1L, stats.memoryTotal());
    assertThat(stats.diskTotal()).isPositive();
  }

  private LoadSampler sampler() {
    Traffic traffic =
        new Traffic() {
          @Override
          public long sentBytes() {
            return sent.get();
          }

          @Override
          public long receivedBytes() {
            return 0;
          }

          @Override
          public long maxSendRate() {
            return 7;
          }

          @Override
          public long maxReceiveRate() {
            return 0;
          }

          @Override
          public int uploads() {
            return 3;
          }
        };
    return new LoadSampler(storage, traffic, time, disk);
  }
}
