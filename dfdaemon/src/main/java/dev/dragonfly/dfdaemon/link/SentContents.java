package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.net.SentFile;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.time.Duration;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.concurrent.CompletableFuture;

/**
 * The files that blocks are sent from: opened with the first block, shared by all links, closed
 * some seconds after the last. Which blocks are in the page cache is guessed: those that were
 * written or warmed within the last half minute. A wrong guess costs time on an event loop, nothing
 * else. Safe for any thread; never waits.
 */
final class SentContents {
  private static final Duration KEPT_FOR = Duration.ofSeconds(10);
  private static final Duration WARM_FOR = Duration.ofSeconds(30);

  private final DiskExecutor disk;
  private final Timers timers;
  private final IdentityHashMap<StoredTask, Content> open = new IdentityHashMap<>();

  SentContents(DiskExecutor disk, Timers timers) {
    this.disk = disk;
    this.timers = timers;
  }

  /** The content of the task; whoever gets it releases it once. */
  Content hold(StoredTask task) {
    synchronized (open) {
      Content content = open.computeIfAbsent(task, Content::new);
      content.users++;
      return content;
    }
  }

  /** How many files are open. */
  int count() {
    synchronized (open) {
      return open.size();
    }
  }

  /** One file. */
  final class Content implements StoredTask.Listener {
    private final StoredTask task;
    private final CompletableFuture<SentFile> file;
    private final StoredTask.Subscription written;
    private BitSet warm = new BitSet();
    private BitSet warmBefore = new BitSet();
    private int users;

    private Content(StoredTask task) {
      this.task = task;
      this.file = SentFile.opening(task.contentFile(), disk);
      this.written = task.listen(this);
      agesLater();
    }

    private void agesLater() {
      timers.after(WARM_FOR, this::age);
    }

    /** What was warm twice so long ago counts as cold. */
    private void age() {
      synchronized (open) {
        if (open.get(task) != this) {
          return;
        }
        warmBefore = warm;
        warm = new BitSet();
      }
      agesLater();
    }

    @Override
    public void blockReadable(long block) {
      synchronized (open) {
        warm.set((int) block);
      }
    }

    private boolean isWarm(int block) {
      synchronized (open) {
        return warm.get(block) || warmBefore.get(block);
      }
    }

    /** The file, when the block can be sent without waiting for the disk. */
    CompletableFuture<SentFile> ready(int block, ByteRange range) {
      if (isWarm(block)) {
        return file;
      }
      return file.thenCompose(opened ->
          opened
              .warming(range.start(), range.length())
              .thenApply(done -> {
                blockReadable(block);
                return opened;
              }));
    }

    void release() {
      synchronized (open) {
        users--;
        if (users > 0) {
          return;
        }
      }
      if (file.isCompletedExceptionally()) {
        closeUnlessUsed(); // the next one tries again
        return;
      }
      timers.after(KEPT_FOR, this::closeUnlessUsed);
    }

    private void closeUnlessUsed() {
      synchronized (open) {
        if (users > 0 || !open.remove(task, this)) {
          return;
        }
      }
      written.close();
      file.thenAccept(opened ->
          disk.submit(() -> {
            opened.close();
            return true;
          }));
    }
  }
}
