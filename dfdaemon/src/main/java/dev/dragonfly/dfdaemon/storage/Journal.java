package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.dfdaemon.storage.wire.JournalCodec;
import dev.dragonfly.dfdaemon.storage.wire.JournalRecord;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * The append-only record of one task; the file is made with the first record. A record counts when
 * it is whole: a tail torn by a crash is cut off when the journal is loaded. Runs on disk threads;
 * this monitor orders the appends of one task and is held for one small write, never for a force.
 */
final class Journal {
  private final StoredFile file;
  private final OpenFiles files;
  private final List<JournalRecord> head;
  private long end;

  private Journal(StoredFile file, OpenFiles files, List<JournalRecord> head, long end) {
    this.file = file;
    this.files = files;
    this.head = head;
    this.end = end;
  }

  /** A journal without a file yet, which will begin with these records. */
  static Journal unwritten(Path path, OpenFiles files, List<JournalRecord> head) {
    return new Journal(new StoredFile(path), files, head, 0);
  }

  /** Reads a journal, record by record, and forgets a torn tail. */
  static Journal load(Path path, OpenFiles files, Consumer<JournalRecord> reader)
      throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      long end = JournalCodec.read(in, Files.size(path), reader);
      return new Journal(new StoredFile(path), files, List.of(), end);
    }
  }

  synchronized void append(JournalRecord record) throws IOException {
    if (end == 0 && !head.isEmpty()) {
      if (file.gone) {
        throw new NoSuchFileException(file.path.toString());
      }
      OwnerOnly.createFolderOf(file.path);
      Files.deleteIfExists(file.path); // of a task that could not be read
      for (JournalRecord first : head) {
        write(first);
      }
    }
    write(record);
  }

  private void write(JournalRecord record) throws IOException {
    ByteBuffer bytes = JournalCodec.encode(record);
    int length = bytes.remaining();
    files.use(
        file,
        channel -> {
          if (channel.size() > end) {
            channel.truncate(end); // what a write that failed has left
          }
          long at = end;
          while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
          }
        });
    end += length;
  }

  synchronized boolean isWritten() {
    return end > 0;
  }

  void force() throws IOException {
    files.use(file, channel -> channel.force(false));
  }

  /** Renames the file, if there is one yet. */
  synchronized void move(Path target) throws IOException {
    files.move(file, target);
  }

  /** Removes the file, if this has written it; nothing is appended from now on. */
  synchronized void delete() throws IOException {
    if (end > 0) {
      files.delete(file);
    }
    file.gone = true;
  }
}
