package dev.dragonfly.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What Linux counts of itself and of its processes (proc(5)). */
final class Machine {
  private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on all that we run on.
  private static final int IDLE = 3;
  private static final int WAITING = 4;

  private Machine() {}

  /** Processor time of a process so far, in seconds; 0 when it is gone. */
  static double processorSeconds(long pid) {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    if (!Files.exists(stat)) {
      return 0;
    }
    String text = read(stat);
    // The name may hold anything; the numbers begin behind its bracket with field 3.
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  /** A line of the status of a process that counts KiB, {@code VmHWM:}, in MiB. */
  static long mebibytes(long pid, String key) {
    return kibibytes(Path.of("/proc", Long.toString(pid), "status"), key) / 1024;
  }

  /** Bytes that can still be used by processes and memory file systems. */
  static long available() {
    return kibibytes(Path.of("/proc/meminfo"), "MemAvailable:") * 1024;
  }

  private static long kibibytes(Path file, String key) {
    return read(file)
        .lines()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  /**
   * Time of all processors so far.
   *
   * @param busy ticks in which they worked, for anybody
   * @param all ticks
   */
  record Ticks(long busy, long all) {
    /** Which share of the time since then they worked, 0 to 1. */
    double busySince(Ticks before) {
      return (double) (busy - before.busy) / Math.max(1, all - before.all);
    }
  }

  static Ticks ticks() {
    long[] times =
        Arrays.stream(read(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +"))
            .skip(1)
            .limit(8) // What guests use is in the user's time already.
            .mapToLong(Long::parseLong)
            .toArray();
    long all = Arrays.stream(times).sum();
    return new Ticks(all - times[IDLE] - times[WAITING], all);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
