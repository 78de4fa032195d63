package dev.dragonfly.dfdaemon.host;

import com.sun.management.OperatingSystemMXBean;
import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.time.Time;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the load of this machine, or of this container where there are limits: processors and
 * memory as the JVM sees them, the file system of the storage, and traffic since the sample before.
 * Blocks; call from virtual threads. This lock guards the sample before.
 */
public final class LoadSampler {
  private static final Logger LOG = LoggerFactory.getLogger(LoadSampler.class);
  private static final double PERCENT = 100.0;
  private static final double NANOS_PER_SECOND = 1e9;

  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final Path storage;
  private final Traffic traffic;
  private final Time time;
  private final DiskExecutor disk;
  private Snapshot before;

  /** Counters at one moment. */
  private record Snapshot(long nanos, long sent, long received) {}

  /**
   * A sampler.
   *
   * @param storage a folder on the file system that holds the storage
   */
  public LoadSampler(Path storage, Traffic traffic, Time time, DiskExecutor disk) {
    this.storage = storage;
    this.traffic = traffic;
    this.time = time;
    this.disk = disk;
    this.before = snapshot();
  }

  /** The load now; rates are means since the last sample. */
  public HostStats sample() {
    return disk.call(this::measure);
  }

  private synchronized HostStats measure() {
    Snapshot now = snapshot();
    Snapshot last = before;
    before = now;
    double seconds = Math.max(1, now.nanos() - last.nanos()) / NANOS_PER_SECOND;
    long[] space = space();
    return new HostStats(
        PERCENT * Math.clamp(system.getCpuLoad(), 0.0, 1.0),
        system.getTotalMemorySize(),
        system.getFreeMemorySize(),
        space[0],
        space[1],
        bitsPerSecond(now.sent() - last.sent(), seconds),
        traffic.maxSendRate(),
        bitsPerSecond(now.received() - last.received(), seconds),
        traffic.maxReceiveRate(),
        traffic.uploads());
  }

  private Snapshot snapshot() {
    return new Snapshot(time.nanos(), traffic.sentBytes(), traffic.receivedBytes());
  }

  private static long bitsPerSecond(long bytes, double seconds) {
    return Math.max(0, Math.round(bytes * Byte.SIZE / seconds));
  }

  private long[] space() {
    try {
      FileStore store = Files.getFileStore(storage);
      return new long[] {store.getTotalSpace(), store.getUsableSpace()};
    } catch (IOException e) {
      LOG.debug("space of the storage is not known storage={} reason={}", storage, e.toString());
      return new long[] {0, 0};
    }
  }
}
