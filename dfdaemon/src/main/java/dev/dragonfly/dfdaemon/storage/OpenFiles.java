package dev.dragonfly.dfdaemon.storage;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Open channels, the least recently used closed first. A channel in use is never closed, so the
 * limit may be passed by the number of disk threads. Used on disk threads; guarded by its own
 * monitor.
 */
final class OpenFiles implements AutoCloseable {
  private final int limit;
  private final FileOpener opener;
  private final Map<Path, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  OpenFiles(int limit, FileOpener opener) {
    this.limit = limit;
    this.opener = opener;
  }

  private static final class Entry {
    final FileChannel channel;
    int users;
    boolean doomed;

    Entry(FileChannel channel) {
      this.channel = channel;
    }
  }

  /** What is done with a channel. */
  @FunctionalInterface
  interface Action<T> {
    T apply(FileChannel channel) throws IOException;
  }

  /** What is done with a channel and returns nothing. */
  @FunctionalInterface
  interface Use {
    void accept(FileChannel channel) throws IOException;
  }

  /** Uses the channel of the file, which is created when it does not exist. */
  void use(Path file, Use use) throws IOException {
    with(
        file,
        channel -> {
          use.accept(channel);
          return channel;
        });
  }

  /** Runs the action on the channel of the file, which is created when it does not exist. */
  <T> T with(Path file, Action<T> action) throws IOException {
    Entry entry = acquire(file);
    try {
      return action.apply(entry.channel);
    } finally {
      release(entry);
    }
  }

  private synchronized Entry acquire(Path file) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    Entry entry = entries.get(file);
    if (entry == null) {
      entry = new Entry(opener.open(file));
      entries.put(file, entry);
    }
    entry.users++;
    evict();
    return entry;
  }

  private void evict() throws IOException {
    Iterator<Entry> oldest = entries.values().iterator();
    while (entries.size() > limit && oldest.hasNext()) {
      Entry entry = oldest.next();
      if (entry.users == 0) {
        oldest.remove();
        entry.channel.close();
      }
    }
  }

  private synchronized void release(Entry entry) throws IOException {
    entry.users--;
    if (entry.doomed && entry.users == 0) {
      entry.channel.close();
    }
  }

  /** Closes the channel of a file that goes away, now or when its last user is done. */
  synchronized void forget(Path file) throws IOException {
    Entry entry = entries.remove(file);
    if (entry != null) {
      doom(entry);
    }
  }

  /** How many files are open. */
  synchronized int count() {
    return entries.size();
  }

  /**
   * Closes all channels, those in use when their users are done; no other is opened from now on.
   */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    for (Entry entry : entries.values()) {
      doom(entry);
    }
    entries.clear();
  }

  private static void doom(Entry entry) throws IOException {
    entry.doomed = true;
    if (entry.users == 0) {
      entry.channel.close();
    }
  }
}
