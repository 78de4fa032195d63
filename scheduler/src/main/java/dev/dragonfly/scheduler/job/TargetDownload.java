package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.time.Time;
import java.time.Duration;
import java.util.BitSet;

/** Adds up what one host says of one content. Its monitor guards it; any thread. */
final class TargetDownload implements DownloadListener {
  private static final long PROGRESS_PAUSE = Duration.ofSeconds(1).toNanos();

  private final Runnable onStart;
  private final Progress progress;
  private final Time time;
  private final BitSet pieces = new BitSet();
  private long contentLength;
  private long finished;
  private long fromSource;
  private long toldAt;

  /** Hears how far it is; must not block. */
  @FunctionalInterface
  interface Progress {
    void at(long finishedBytes, long contentLength);
  }

  /**
   * @param onStart called when the host knows what it fetches; short
   */
  TargetDownload(Runnable onStart, Progress progress, Time time) {
    this.onStart = onStart;
    this.progress = progress;
    this.time = time;
    this.toldAt = time.nanos() - PROGRESS_PAUSE;
  }

  @Override
  public void started(long length, boolean whole) {
    synchronized (this) {
      contentLength = Math.max(0, length);
      finished = whole ? contentLength : finished;
    }
    onStart.run();
    tell();
  }

  @Override
  public void piece(int number, long length, boolean source) {
    synchronized (this) {
      // A number decides over memory here, and a length over figures that people see.
      if (number < 0 || number >= PieceLayout.MAX_PIECES || length < 0 || pieces.get(number)) {
        return;
      }
      pieces.set(number);
      finished += length;
      fromSource += source ? length : 0;
    }
    tell();
  }

  synchronized long contentLength() {
    return contentLength;
  }

  synchronized long originBytes() {
    return fromSource;
  }

  private synchronized void tell() {
    long now = time.nanos();
    if (now - toldAt >= PROGRESS_PAUSE) {
      toldAt = now;
      progress.at(contentLength == 0 ? finished : Math.min(finished, contentLength), contentLength);
    }
  }
}
