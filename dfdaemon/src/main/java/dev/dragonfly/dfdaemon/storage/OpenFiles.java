package dev.dragonfly.dfdaemon.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Open channels, the least recently used closed first. A channel in use is never closed. Used on
 * disk threads; guarded by its own monitor.
 */
final class OpenFiles implements AutoCloseable {
  private final int limit;
  private final Map<Path, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  OpenFiles(int limit) {
    this.limit = limit;
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
    Entry entry = entries.get(file);
    if (entry == null) {
      entry =
          new Entry(
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE));
      entries.put(file, entry);
      evict();
    }
    entry.users++;
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
    if (entry == null) {
      return;
    }
    entry.doomed = true;
    if (entry.users == 0) {
      entry.channel.close();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    for (Entry entry : entries.values()) {
      entry.doomed = true;
      if (entry.users == 0) {
        entry.channel.close();
      }
    }
    entries.clear();
  }
}
