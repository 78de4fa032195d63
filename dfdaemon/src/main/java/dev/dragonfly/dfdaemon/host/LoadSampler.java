package dev.dragonfly.dfdaemon.host;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.time.Time;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the load of this machine: processors and memory from /proc (zero where there is none),
 * the file system of the storage, and traffic since the sample before. Blocks; call from virtual
 * threads, one at a time or not, samples are guarded by the disk executor's call and this lock.
 */
public final class LoadSampler {

  private static final Logger log = LoggerFactory.getLogger(LoadSampler.class);
  private static final double PERCENT = 100.0;
  private static final long KIBI = 1024;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Path proc;
  private final Path storage;
  private final Traffic traffic;
  private final Time time;
  private final DiskExecutor disk;
  private Snapshot before;

  /** Counters at one moment. */
  private record Snapshot(long nanos, long busy, long total, long sent, long received) {}

  /**
   * A sampler.
   *
   * @param proc where the kernel tells, {@code /proc}
   * @param storage a folder on the file system that holds the storage
   */
  public LoadSampler(Path proc, Path storage, Traffic traffic, Time time, DiskExecutor disk) {
    this.proc = proc;
    this.storage = storage;
    this.traffic = traffic;
    this.time = time;
    this.disk = disk;
    this.before = new Snapshot(time.nanos(), 0, 0, traffic.sentBytes(), traffic.receivedBytes());
  }

  /** The load now; rates are means since the last sample. */
  public HostStats sample() {
    return disk.call(this::measure);
  }

  private synchronized HostStats measure() {
    long[] cpu = cpuTicks();
    Snapshot now =
        new Snapshot(time.nanos(), cpu[0], cpu[1], traffic.sentBytes(), traffic.receivedBytes());
    Snapshot last = before;
    before = now;
    double seconds = Math.max(1, now.nanos() - last.nanos()) / NANOS_PER_SECOND;
    long ticks = now.total() - last.total();
    double cpuPercent =
        ticks <= 0 ? 0 : Math.clamp(PERCENT * (now.busy() - last.busy()) / ticks, 0.0, PERCENT);
    long[] memory = memory();
    long[] space = space();
    return new HostStats(
        cpuPercent,
        memory[0],
        memory[1],
        space[0],
        space[1],
        bitsPerSecond(now.sent() - last.sent(), seconds),
        traffic.maxSendRate(),
        bitsPerSecond(now.received() - last.received(), seconds),
        traffic.maxReceiveRate(),
        traffic.uploads());
  }

  private static long bitsPerSecond(long bytes, double seconds) {
    return Math.max(0, Math.round(bytes * Byte.SIZE / seconds));
  }

  /** Busy and total processor time in ticks, from the first line of {@code /proc/stat}. */
  private long[] cpuTicks() {
    for (String line : lines("stat")) {
      if (line.startsWith("cpu ")) {
        String[] fields = line.substring(4).strip().split("\\s+");
        long total = 0;
        for (int i = 0; i < Math.min(fields.length, 8); i++) {
          total += Long.parseLong(fields[i]);
        }
        long idle = fields.length > 4 ? Long.parseLong(fields[3]) + Long.parseLong(fields[4]) : 0;
        return new long[] {total - idle, total};
      }
    }
    return new long[] {0, 0};
  }

  private long[] memory() {
    long total = 0;
    long available = 0;
    for (String line : lines("meminfo")) {
      if (line.startsWith("MemTotal:")) {
        total = kibibytes(line);
      } else if (line.startsWith("MemAvailable:")) {
        available = kibibytes(line);
      }
    }
    return new long[] {total, available};
  }

  private static long kibibytes(String line) {
    return Long.parseLong(line.replaceAll("\\D", "")) * KIBI;
  }

  private long[] space() {
    try {
      FileStore store = Files.getFileStore(storage);
      return new long[] {store.getTotalSpace(), store.getUsableSpace()};
    } catch (IOException e) {
      log.debug("host=no-space-known storage={} reason=\"{}\"", storage, e.toString());
      return new long[] {0, 0};
    }
  }

  private List<String> lines(String name) {
    try {
      return Files.readAllLines(proc.resolve(name));
    } catch (IOException e) {
      return List.of(); // not Linux: not measured
    }
  }
}
