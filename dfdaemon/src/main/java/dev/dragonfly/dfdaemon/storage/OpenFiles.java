package dev.dragonfly.dfdaemon.storage;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * Open channels, the least recently used closed first. A channel in use is never closed, so the
 * limit may be passed by the number of disk threads. Used on disk threads. The list is guarded by
 * this monitor, under which nothing touches the disk; a file by its own, in which opening waits for
 * nobody but another user of the same file. A thread never takes a second one.
 */
final class OpenFiles implements AutoCloseable {
  private final int limit;
  private final FileOpener opener;
  private final SequencedSet<StoredFile> recent = new LinkedHashSet<>();
  private volatile boolean closed;

  OpenFiles(int limit, FileOpener opener) {
    this.limit = limit;
    this.opener = opener;
  }

  /** What is done with a channel. */
  @FunctionalInterface
  interface Use {
    void accept(FileChannel channel) throws IOException;
  }

  /**
   * Uses the channel of the file, which is created when it does not exist.
   *
   * @throws NoSuchFileException when the file was deleted
   */
  void use(StoredFile file, Use use) throws IOException {
    FileChannel channel = acquire(file);
    try {
      use.accept(channel);
    } finally {
      release(file, channel);
    }
  }

  private FileChannel acquire(StoredFile file) throws IOException {
    if (!file.gone) {
      closeSome(note(file));
    }
    synchronized (file) {
      if (closed) {
        throw new ClosedChannelException();
      }
      if (file.gone) {
        throw new NoSuchFileException(file.path.toString());
      }
      FileChannel channel = file.channel;
      if (channel == null) {
        channel = opener.open(file.path);
        file.channel = channel;
      }
      file.users++;
      return channel;
    }
  }

  /** Puts the file in front and returns those that may be too many. */
  private synchronized List<StoredFile> note(StoredFile file) {
    recent.addLast(file);
    List<StoredFile> old = new ArrayList<>();
    Iterator<StoredFile> oldest = recent.iterator();
    for (int spare = recent.size() - limit; spare > 0; spare--) {
      old.add(oldest.next());
    }
    return old;
  }

  private void closeSome(List<StoredFile> old) throws IOException {
    for (StoredFile file : old) {
      synchronized (file) {
        if (file.users > 0) {
          continue;
        }
        closeChannel(file);
      }
      drop(file);
    }
  }

  private synchronized void drop(StoredFile file) {
    if (file.channel == null) { // unless somebody opened it again meanwhile
      recent.remove(file);
    }
  }

  private void release(StoredFile file, FileChannel channel) throws IOException {
    synchronized (file) {
      file.users--;
      if (file.users == 0 && (file.gone || closed)) {
        file.channel = null;
        channel.close();
      }
    }
  }

  private static void closeChannel(StoredFile file) throws IOException {
    FileChannel channel = file.channel;
    if (channel != null) {
      file.channel = null;
      channel.close();
    }
  }

  /**
   * Removes the file; waits for nobody. Who uses it now goes on with bytes that have no name any
   * more, and nobody opens it again.
   */
  void delete(StoredFile file) throws IOException {
    synchronized (file) {
      if (file.gone) {
        return;
      }
      file.gone = true;
      if (file.users == 0) {
        closeChannel(file);
      }
      Files.deleteIfExists(file.path);
    }
    synchronized (this) {
      recent.remove(file);
    }
  }

  /** Gives the file, if there is one, another name in place of what has it. */
  void move(StoredFile file, Path target) throws IOException {
    synchronized (file) {
      if (!file.gone && Files.exists(file.path)) {
        OwnerOnly.createFolderOf(target);
        Files.move(file.path, target, StandardCopyOption.ATOMIC_MOVE);
      }
      file.path = target;
    }
  }

  /**
   * Closes all channels, those in use when their users are done; no other is opened from now on.
   */
  @Override
  public void close() throws IOException {
    closed = true;
    List<StoredFile> all;
    synchronized (this) {
      all = List.copyOf(recent);
      recent.clear();
    }
    for (StoredFile file : all) {
      synchronized (file) {
        if (file.users == 0) {
          closeChannel(file);
        }
      }
    }
  }
}
