package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.net.SentFile;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Content files that are given away, kept open for those who ask next. One that is deleted is
 * closed as soon as nobody sends it any more, for until then it holds its room on the disk. Safe
 * for any thread; guarded by its monitor, under which nothing touches the disk.
 */
final class OpenContents {
  /** The layers of some images; whoever is not among them is opened again. */
  private static final int LIMIT = 64;

  private final TaskStore store;
  private final DiskExecutor disk;
  private final Time time;
  private final Map<TaskId, Entry> open = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  /** One that is open and how many send it. */
  private static final class Entry {
    private final OpenContent content;
    private StoredTask.Subscription listening = () -> {};
    private int users;
    private boolean dropped;

    Entry(OpenContent content) {
      this.content = content;
    }
  }

  /** The use of an open content; whoever has it closes it, which does not block. */
  interface Loan extends AutoCloseable {
    OpenContent content();

    @Override
    void close();
  }

  OpenContents(TaskStore store, DiskExecutor disk, Time time) {
    this.store = store;
    this.disk = disk;
    this.time = time;
  }

  /** The content if it is open. Does not block. */
  @SuppressWarnings("ReferenceEquality") // Of this very task, and not of one before it.
  synchronized Optional<Loan> find(StoredTask stored) {
    Entry entry = open.get(stored.id());
    return entry == null || entry.content.stored() != stored
        ? Optional.empty()
        : Optional.of(lend(entry));
  }

  /** Opens the content on a disk thread. Does not block. */
  CompletableFuture<Loan> open(StoredTask stored) {
    return SentFile.opening(stored.contentFile(), disk)
        .thenApply(file -> add(new OpenContent(stored, file, time)));
  }

  private Loan add(OpenContent content) {
    StoredTask stored = content.stored();
    Entry entry = new Entry(content);
    Loan loan;
    List<Entry> old = new ArrayList<>();
    synchronized (this) {
      loan = lend(entry);
      Entry before = open.put(stored.id(), entry);
      if (before != null) {
        old.add(before);
      }
      if (open.size() > LIMIT) {
        old.add(open.values().iterator().next());
      }
      if (closed) {
        old.add(entry);
      }
    }
    old.forEach(this::drop);
    entry.listening =
        stored.listen(
            new StoredTask.Listener() {
              @Override
              public void deleted() {
                drop(entry);
              }
            });
    if (isDeleted(stored)) { // before it was listened to
      drop(entry);
    }
    return loan;
  }

  @SuppressWarnings("ReferenceEquality") // Is it this very object?
  private boolean isDeleted(StoredTask stored) {
    return store.find(stored.id()).filter(now -> now == stored).isEmpty();
  }

  /** With the monitor. */
  private Loan lend(Entry entry) {
    entry.users++;
    return new Loan() {
      @Override
      public OpenContent content() {
        return entry.content;
      }

      @Override
      public void close() {
        giveBack(entry);
      }
    };
  }

  private void giveBack(Entry entry) {
    boolean last;
    synchronized (this) {
      entry.users--;
      last = entry.dropped && entry.users == 0;
    }
    if (last) {
      close(entry);
    }
  }

  private void drop(Entry entry) {
    synchronized (this) {
      open.remove(entry.content.stored().id(), entry);
      if (entry.dropped) {
        return;
      }
      entry.dropped = true;
      if (entry.users > 0) {
        return;
      }
    }
    close(entry);
  }

  /** The last name of a large file may be gone, and the disk busy with that for a while. */
  private void close(Entry entry) {
    entry.listening.close();
    disk.submit(() -> {
      entry.content.close();
      return true;
    });
  }

  /** Closes all, those in use when they are given back. */
  void close() {
    List<Entry> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(open.values());
    }
    all.forEach(this::drop);
  }
}
