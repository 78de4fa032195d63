package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.time.SystemTime;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows how far a download is: a bar on a terminal, a plain line every few seconds elsewhere. Used
 * by one thread.
 */
final class ProgressBar {
  private static final long BAR_NANOS = 100_000_000;
  private static final long LINE_NANOS = 5_000_000_000L;
  private static final int WIDTH = 30;

  private final PrintStream err;
  private final boolean quiet;
  private final boolean terminal;
  private final long start = SystemTime.INSTANCE.nanos();
  private long shown = start;
  private long total = -1;
  private long fromPeers;
  private long fromSource;
  private long fromCache;

  private ProgressBar(PrintStream err, boolean quiet, boolean terminal) {
    this.err = err;
    this.quiet = quiet;
    this.terminal = terminal;
  }

  static ProgressBar on(PrintStream err, boolean quiet, boolean terminal) {
    return new ProgressBar(err, quiet, terminal);
  }

  /** Bytes expected; negative while unknown. */
  void total(long bytes) {
    total = bytes;
  }

  long total() {
    return total;
  }

  void peers(long bytes) {
    fromPeers += bytes;
    show(false);
  }

  void source(long bytes) {
    fromSource += bytes;
    show(false);
  }

  void cache(long bytes) {
    fromCache += bytes;
    show(false);
  }

  long fromPeers() {
    return fromPeers;
  }

  long fromSource() {
    return fromSource;
  }

  long fromCache() {
    return fromCache;
  }

  double seconds() {
    return (SystemTime.INSTANCE.nanos() - start) / 1e9;
  }

  /** Shows the last state and ends the line. */
  void end() {
    show(true);
    if (terminal && !quiet) {
      err.println();
    }
  }

  private void show(boolean last) {
    long now = SystemTime.INSTANCE.nanos();
    if (quiet || !last && now - shown < (terminal ? BAR_NANOS : LINE_NANOS) || last && !terminal) {
      return;
    }
    shown = now;
    long done = fromPeers + fromSource + fromCache;
    double rate = done / Math.max(seconds(), 1e-3);
    String text =
        String.format(
            Locale.ROOT,
            "%s%s of %s  %s/s  %s  peers %d%%",
            terminal ? bar(done) : "",
            DataSize.rounded(done),
            total < 0 ? "?" : DataSize.rounded(total),
            DataSize.rounded((long) rate),
            eta(done, rate),
            done == 0 ? 0 : 100 * fromPeers / done);
    if (terminal) {
      err.print("\r" + text + "\u001b[K");
      err.flush();
    } else {
      err.println(text);
    }
  }

  private String bar(long done) {
    if (total <= 0) {
      return "";
    }
    int filled = (int) Math.min(WIDTH, WIDTH * done / total);
    return "["
        + "=".repeat(filled)
        + " ".repeat(WIDTH - filled)
        + "] "
        + 100 * done / total
        + "%  ";
  }

  private String eta(long done, double rate) {
    return total < 0 || rate < 1
        ? "-"
        : String.format(Locale.ROOT, "%.0f s left", (total - done) / rate);
  }
}
