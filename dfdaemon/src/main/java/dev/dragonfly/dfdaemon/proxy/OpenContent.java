package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.net.SentFile;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import io.netty.buffer.ByteBuf;
import io.netty.channel.FileRegion;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The file of a complete content, open, and which of its parts were in the page cache a short while
 * ago. An event loop sends only those; others are touched on a disk thread before. The kernel may
 * drop a page sooner, and then the loop waits for the disk: that takes memory pressure on what is
 * being read, and costs once. Safe for any thread.
 */
final class OpenContent {
  /** What is touched at a time, and of which it is known that it is warm. */
  static final int PART = 1 << 20;

  /** How long what was touched or sent counts as being there. */
  private static final int WARM_SECONDS = 30;

  private final StoredTask stored;
  private final SentFile file;
  private final Time time;
  private final long length;

  /** When each part was last touched or sent, in seconds; 0 for never. */
  private final AtomicIntegerArray warm;

  OpenContent(StoredTask stored, SentFile file, Time time) {
    this.stored = stored;
    this.file = file;
    this.time = time;
    this.length = stored.facts().contentLength().orElseThrow();
    this.warm = new AtomicIntegerArray((int) ((length + PART - 1) / PART));
  }

  StoredTask stored() {
    return stored;
  }

  /** How many bytes from the position on can be sent at once, at most {@code most}. */
  long warmFrom(long position, long most) {
    int now = now();
    long end = position;
    for (int part = part(position); end < position + most; part++) {
      int touched = warm.get(part);
      if (touched == 0 || now - touched > WARM_SECONDS) {
        break;
      }
      end = Math.min((part + 1L) * PART, position + most);
    }
    return end - position;
  }

  /** Brings the part that holds the position into the page cache, on a disk thread. */
  CompletableFuture<Void> warming(long position) {
    int part = part(position);
    long start = (long) part * PART;
    return file.warming(start, Math.min(PART, length - start))
        .thenAccept(done -> warm.set(part, now()));
  }

  /** A range that is warm, to be sent. */
  FileRegion region(long position, long count) {
    keepWarm(position, count);
    return file.region(position, count);
  }

  /** Appends a range that is warm. */
  void copy(long position, int count, ByteBuf buffer) throws IOException {
    keepWarm(position, count);
    file.copy(position, count, buffer);
  }

  private void keepWarm(long position, long count) {
    int now = now();
    for (int part = part(position); part <= part(position + count - 1); part++) {
      if (warm.get(part) != now) { // Hot content has this word in the caches of several cores.
        warm.set(part, now);
      }
    }
  }

  private static int part(long position) {
    return (int) (position / PART);
  }

  private int now() {
    return 1 + (int) TimeUnit.NANOSECONDS.toSeconds(time.nanos() & Long.MAX_VALUE);
  }

  void close() {
    file.close();
  }
}
